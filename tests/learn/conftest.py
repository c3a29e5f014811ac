"""Real digits for tests on a machine without data: scikit-learn's 1,797, packed like MNIST; and small other sets."""

import gzip
import hashlib
import os
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from sklearn.datasets import load_digits

from packing import debian, penned, photographed
from sutja.learn import sources
from sutja.learn.dataset import letters, mix, mnist
from sutja.learn.dataset.part import Part
from sutja.learn.sources import Archive


def idx(magic: int, array: np.ndarray) -> bytes:
    """Return an array as an IDX file."""
    header = [magic, *array.shape]
    return b"".join(number.to_bytes(4, "big") for number in header) + array.astype(np.uint8).tobytes()


@pytest.fixture(scope="session")
def files() -> dict[str, bytes]:
    """Return the four unpacked files of a small MNIST: 1,500 digits to train and calibrate on, 297 to test."""
    digits = load_digits()
    images = np.pad(np.kron(digits.images * 255 / 16, np.ones((2, 2))), ((0, 0), (6, 6), (6, 6)))
    halves = {"train": slice(0, 1500), "t10k": slice(1500, None)}
    return {
        f"{half}-{kind}-idx{rank}-ubyte.gz": idx(0x800 | rank, array[part])
        for half, part in halves.items()
        for kind, rank, array in (("images", 3, images), ("labels", 1, digits.target))
    }


@pytest.fixture
def archives(files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Archive]]:
    """Let the small files stand for MNIST, with hashes of their own and no home in the network."""
    small = {name: Archive(f"mnist/{name}", (), hashlib.sha256(data).hexdigest()) for name, data in files.items()}
    pairs = list(small.values())
    monkeypatch.setattr(sources, "MNIST_TRAINING", tuple(pairs[:2]))
    monkeypatch.setattr(sources, "MNIST_TEST", tuple(pairs[2:]))
    monkeypatch.setattr(mnist, "CALIBRATION_COUNT", 300)
    return small


@pytest.fixture
def data(files: dict[str, bytes], archives: dict[str, Archive], tmp_path: Path) -> Path:
    """Return a data folder that holds the small MNIST."""
    folder = tmp_path / "data"
    (folder / "mnist").mkdir(parents=True)
    for name, content in files.items():
        (folder / "mnist" / name).write_bytes(gzip.compress(content, 1))
    return folder


WRITERS = range(1, 31)
SYMBOLS = (*"0123456789", "dot", "minus", "plus", "slash", "w", "x", "y", "z")
FACES = {Part.TRAINING: "DejaVuSans", Part.CALIBRATION: "DejaVuSerif", Part.TEST: "DejaVuSansMono"}


def kept(archive: Archive, data: bytes, folder: Path) -> Archive:
    """Put an archive into the folder and return it with the hash that it has."""
    path = folder / archive.path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return Archive(archive.path, (), sources._digest(archive.opened(data)), archive.opened, archive.kept)


@pytest.fixture
def mixed_data(data: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a data folder that holds a small set of each kind: two digits by each of 30 writers, 360 photographs,
    and a font for each part. No more than a few dozen of each kind of scribble are made up besides.
    """
    whole = mix._no_digits
    monkeypatch.setattr(mix, "_no_digits", lambda *parts, scale: whole(*parts, scale=200))
    monkeypatch.setattr(sources, "PENDIGITS", kept(sources.PENDIGITS, penned(WRITERS), data))
    monkeypatch.setattr(sources, "BHMSDS", kept(sources.BHMSDS, photographed(SYMBOLS, 20), data))
    for part, face in FACES.items():
        font = (Path(mpl.get_data_path()) / "fonts" / "ttf" / f"{face}.ttf").read_bytes()
        package = debian({f"./usr/share/fonts/truetype/{face}.ttf": font, "./usr/share/doc/copyright": b"free"}, "gz")
        archive = Archive(f"fonts/{face}.deb", (), "", opened=sources._fonts_of_deb)
        monkeypatch.setitem(letters._ARCHIVES, part, (kept(archive, package, data),))
    return data


@pytest.fixture(scope="session")
def fonts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data folder with handwriting fonts: all to calibrate and test with, and what is here to train on."""
    folder, here = tmp_path_factory.mktemp("data"), Path(os.environ.get("SUTJA_DATA", "nowhere")) / "fonts"
    (folder / "fonts").mkdir()
    for package in here.glob("*.deb"):
        (folder / "fonts" / package.name).symlink_to(package.resolve())
    wanted = [*sources.FONTS_CALIBRATION, *sources.FONTS_TEST]
    if not all((folder / archive.path).exists() for archive in wanted):
        try:
            urllib.request.urlopen("https://deb.debian.org/debian/", timeout=10).close()
        except OSError as error:
            pytest.skip(f"no handwriting fonts: {error}")
        sources.gather(wanted, folder, lambda *_: None)
    return folder
