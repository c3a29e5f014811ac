"""Clips: what sutja says, spoken by espeak-ng and packed by ffmpeg, as small mp3 files in web/public/clips/.

Owns how a clip is made. What is said, and where each clip belongs, is asked of the page's catalogue (web/clips.mjs).
A clip that is there stays, so that a changed phrase makes one new file; `--anew` makes all of them again.
web/clips.json, written last, says what each clip holds and by which versions it was made.

    apt-get install espeak-ng ffmpeg
    python tools/clips.py [--anew]

Knows nothing of the page but that catalogue.
"""

import hashlib
import json
import shutil
import subprocess
import sys
import wave
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parent.parent
PUBLIC = ROOT / "web" / "public"
MANIFEST = ROOT / "web" / "clips.json"
VOICES = {"ko": "ko", "en": "en-us"}
WORDS_PER_MINUTE = 180
SAMPLE_RATE = "16000"  # what is above 8 kHz no voice of espeak-ng needs
BIT_RATE = "16k"
SILENCE = 0.01  # of full scale: espeak-ng's own silence is exact, its breath is louder
MARGIN_S = 0.015  # kept before and after the sound
LOUDNESS = 0.09  # root mean square of what is not silence: loud enough, and no peak is cut
PEAK = 0.95

Sound: TypeAlias = NDArray[np.float32]  # (samples,), in [-1, 1]


class ClipError(Exception):
    """A program is missing, or a clip could not be made."""


@dataclass(frozen=True, slots=True)
class Clip:
    """One text as it is spoken; `path` is below web/public/."""

    language: str
    text: str
    path: str


@dataclass(frozen=True, slots=True)
class Made:
    """A clip and what it came out as."""

    language: str
    text: str
    path: str
    bytes: int
    sha256: str


def wanted() -> list[Clip]:
    """Return the clips that the catalogue of the page asks for. Raises `ClipError`."""
    command = [sys.executable, str(ROOT / "tools" / "node.py"), "run", "clips"]
    return [Clip(**each) for each in json.loads(_run(*command))]


def make(clip: Clip) -> None:
    """Speak a clip and write its mp3. Raises `ClipError`."""
    target = PUBLIC / clip.path
    target.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as scratch:
        spoken, even, packed = (Path(scratch) / name for name in ("spoken.wav", "even.wav", "clip.mp3"))
        _run("espeak-ng", "-v", VOICES[clip.language], "-s", str(WORDS_PER_MINUTE), "-w", str(spoken), clip.text)
        sound, rate = _load(spoken)
        _save(even, evened(trimmed(sound, rate)), rate)
        options = ["-ac", "1", "-ar", SAMPLE_RATE, "-b:a", BIT_RATE, "-compression_level", "0", "-map_metadata", "-1"]
        options += ["-fflags", "+bitexact", "-flags:a", "+bitexact"]
        _run("ffmpeg", "-nostdin", "-v", "error", "-i", str(even), *options, str(packed))
        shutil.move(packed, target)


def trimmed(sound: Sound, rate: int) -> Sound:
    """Return the sound without the silence around it. Raises `ClipError` where there is nothing else."""
    loud = np.flatnonzero(np.abs(sound) > SILENCE)
    if loud.size == 0:
        raise ClipError("Expected a sound. Received silence.")
    margin = int(MARGIN_S * rate)
    return sound[max(loud[0] - margin, 0) : loud[-1] + margin]


def evened(sound: Sound) -> Sound:
    """Return the sound as loud as all others are."""
    loud = sound[np.abs(sound) > SILENCE]
    gain = LOUDNESS / np.sqrt(np.mean(loud**2))
    return sound * np.float32(min(gain, PEAK / np.abs(sound).max()))


def record(clips: list[Clip]) -> dict[str, object]:
    """Return what the manifest says of clips that were made."""
    made = [asdict(_weighed(clip)) for clip in clips]
    return {
        "espeak-ng": _version("espeak-ng", "--version"),
        "ffmpeg": _version("ffmpeg", "-version"),
        "voices": VOICES,
        "words_per_minute": WORDS_PER_MINUTE,
        "sample_rate": SAMPLE_RATE,
        "bit_rate": BIT_RATE,
        "clips": made,
    }


def _weighed(clip: Clip) -> Made:
    content = (PUBLIC / clip.path).read_bytes()
    return Made(**asdict(clip), bytes=len(content), sha256=hashlib.sha256(content).hexdigest())


def _load(path: Path) -> tuple[Sound, int]:
    with wave.open(str(path)) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2")
        return samples.astype(np.float32) / np.float32(32_768), file.getframerate()


def _save(path: Path, sound: Sound, rate: int) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((sound * 32_767).astype("<i2").tobytes())


def _version(*command: str) -> str:
    """Return what a program says of its version, without where it was installed."""
    return " ".join(_run(*command).splitlines()[0].split("  ")[0].split(" Copyright")[0].split())


def _run(*command: str) -> str:
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout
    except FileNotFoundError:
        raise ClipError(f"Expected {command[0]} on the PATH. On Debian: apt-get install espeak-ng ffmpeg") from None
    except subprocess.CalledProcessError as error:
        raise ClipError(f"Expected {command[0]} to succeed. Received: {error.stderr.strip()}") from None


def main(words: list[str]) -> None:
    """Make what is missing, remove what nobody says any more, and write the manifest."""
    if words not in ([], ["--anew"]):
        raise SystemExit(__doc__)
    clips = wanted()
    missing = [clip for clip in clips if words or not (PUBLIC / clip.path).exists()]
    for clip in missing:
        make(clip)
    kept = {PUBLIC / clip.path for clip in clips}
    for path in (PUBLIC / "clips").rglob("*.mp3"):
        if path not in kept:
            path.unlink()
    manifest = record(clips)
    MANIFEST.write_text(json.dumps(manifest, ensure_ascii=False, indent=1) + "\n", "utf-8")
    print(f"{len(missing)} clips made, {len(clips)} in all, {sum(path.stat().st_size for path in kept)} bytes")


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except ClipError as error:
        sys.exit(f"tools/clips.py: {error}")
