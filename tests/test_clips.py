"""What sutja says is recorded: small files, each what the manifest says, made by tools/clips.py."""

import hashlib
import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parent.parent
PUBLIC = ROOT / "web" / "public"
MANIFEST = json.loads((ROOT / "web" / "clips.json").read_text("utf-8"))
RATE = 22_050


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("clips", ROOT / "tools" / "clips.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["clips"] = module
    spec.loader.exec_module(module)
    return module


def test_each_clip_is_what_the_manifest_says() -> None:
    """Every file is listed with its length and sha-256, and every one that is listed is there."""
    listed = {clip["path"]: (clip["bytes"], clip["sha256"]) for clip in MANIFEST["clips"]}
    found = {
        path.relative_to(PUBLIC).as_posix(): (len(content := path.read_bytes()), hashlib.sha256(content).hexdigest())
        for path in (PUBLIC / "clips").rglob("*.mp3")
    }
    assert found == listed


def test_clips_are_small_and_say_how_they_were_made() -> None:
    """All clips together are at most 1.1 MB, and the manifest names the versions that made them."""
    assert sum(clip["bytes"] for clip in MANIFEST["clips"]) <= 1_100_000
    assert MANIFEST["espeak-ng"].startswith("eSpeak NG")
    assert MANIFEST["ffmpeg"].startswith("ffmpeg version")
    assert "/" not in MANIFEST["espeak-ng"] + MANIFEST["ffmpeg"]


@pytest.mark.parametrize("scale", [0.02, 0.3, 1.0])
def test_a_clip_is_trimmed_and_as_loud_as_all_others(tool: ModuleType, scale: float) -> None:
    """Silence around a sound goes, and loudness is the same however loud it was."""
    tone = scale * np.sin(np.arange(RATE) / 10).astype(np.float32)
    silence = np.zeros(RATE, np.float32)
    sound = tool.evened(tool.trimmed(np.concatenate([silence, tone, silence]), RATE))
    assert sound.size == pytest.approx(RATE + 2 * tool.MARGIN_S * RATE, abs=30)
    loud = sound[np.abs(sound) > tool.SILENCE]
    assert np.sqrt(np.mean(loud**2)) == pytest.approx(tool.LOUDNESS, rel=0.15)
    assert np.abs(sound).max() <= tool.PEAK


def test_silence_is_no_clip(tool: ModuleType) -> None:
    """A text of which nothing is heard is an error, not an empty clip."""
    with pytest.raises(tool.ClipError, match="Received silence"):
        tool.trimmed(np.zeros(RATE, np.float32), RATE)


@pytest.mark.parametrize(
    ("words", "said"), [(["--help"], "apt-get install"), ([], "tools/clips.py: "), (["--anew", "x"], "[--anew]")]
)
def test_wrong_use_and_missing_programs_are_said_in_words(tmp_path: Path, words: list[str], said: str) -> None:
    """Without its programs, or called wrongly, the tool says so, and touches nothing."""
    before = (ROOT / "web" / "clips.json").read_bytes()
    command = [sys.executable, str(ROOT / "tools" / "clips.py"), *words]
    answer = subprocess.run(command, env={"PATH": str(tmp_path)}, capture_output=True, text=True)
    assert answer.returncode == 1
    assert said in answer.stderr
    assert "Traceback" not in answer.stderr
    assert (ROOT / "web" / "clips.json").read_bytes() == before
