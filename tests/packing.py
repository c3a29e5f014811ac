"""Small archives, packed as the homes of the public data sets pack theirs."""

import io
import tarfile
import zipfile
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from PIL import Image

from drawings import DRAWINGS
from pictures import encoded


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Return a zip file."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


def debian(files: Mapping[str, bytes], kind: str = "xz") -> bytes:
    """Return a Debian package: an ar archive of its version, its control files and its files."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode=f"w:{kind}") as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    parts = {"debian-binary": b"2.0\n", "control.tar.xz": b"odd", f"data.tar.{kind}": stream.getvalue()}
    return b"!<arch>\n" + b"".join(
        f"{name:<16}{0:<12}{0:<6}{0:<6}{'100644':<8}{len(data):<10}`\n".encode() + data + b"\n" * (len(data) % 2)
        for name, data in parts.items()
    )


def compressed(data: bytes) -> bytes:
    """Return a .Z file, as `compress` writes it: of at most 255 bytes, each as itself in nine bits."""
    if len(data) > 255:
        raise ValueError("beyond 255 bytes the codes get wider")
    bits = "".join(f"{byte:09b}"[::-1] for byte in data)
    packed = (bits[start : start + 8].ljust(8, "0")[::-1] for start in range(0, len(bits), 8))
    return b"\x1f\x9d\x90" + bytes(int(byte, 2) for byte in packed)


def unipen(digits: Iterable[tuple[int, int, Sequence[Sequence[tuple[float, float]]]]]) -> bytes:
    """Return the text of digits by label, writer and strokes; in it y grows upwards."""
    lines = [".INCLUDE dene.doc", "", '.LEXICON "0" "1" "2" "3" "4" "5" "6" "7" "8" "9"', ".HIERARCHY DIGIT", ""]
    for place, (label, writer, strokes) in enumerate(digits):
        lines += [f'.SEGMENT DIGIT    {place} ? "{label}"', f".COMMENT {label} {writer}  {place + 200}"]
        for stroke in strokes:
            lines += [".PEN_DOWN", *(f" {x:.0f}  {-y:.0f}" for x, y in stroke), ".PEN_UP", ".DT 100"]
        lines.append("")
    return "\n".join(lines).encode("ascii")


def penned(writers: Iterable[int]) -> bytes:
    """Return the text of two digits by each writer, whose hand has a width of its own."""
    return unipen(
        (digit, writer, [[(x * (3 + writer / 10), 4 * y) for x, y in stroke] for stroke in DRAWINGS[digit]])
        for writer in writers
        for digit in digits_of(writer)
    )


def digits_of(writer: int) -> tuple[int, int]:
    """Return which two digits a writer writes: five writers in a row write all ten."""
    return 2 * writer % 10, 2 * writer % 10 + 1


def photographed(symbols: Iterable[str], count: int) -> bytes:
    """Return `count` pictures of each symbol, no two alike, in the folders of BHMSDS."""
    return zipped(
        {
            f"bhmsds-master/symbols/{symbol}-{place:04}.png": encoded(_photograph(kind, place))
            for kind, symbol in enumerate(symbols)
            for place in range(count)
        }
        | {"bhmsds-master/README.md": b"no picture"}
    )


def _photograph(kind: int, place: int) -> Image.Image:
    """Return a stroke on white paper; its grey says which kind it is, and its place which one."""
    paper = np.full((28, 28), 255, np.uint8)
    paper[5 + kind // 12 : 23, 8 + kind % 12 : 11 + kind % 12] = 10 + place
    return Image.fromarray(paper)
