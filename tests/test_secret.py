"""The deployment's secret: made once, strong, and nobody else's."""

import base64
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from sutja import SettingsError
from sutja.secret import put_secret, secret_of

MAKE = """
import sys
from pathlib import Path
from sutja.secret import secret_of
print(secret_of(Path(sys.argv[1])).hex())
"""


def test_a_secret_is_made_once(tmp_path: Path) -> None:
    """It has 32 random bytes, and only its owner may read it, in a folder that is made as well."""
    home = tmp_path / "a" / "home"
    secret = secret_of(home)
    assert (len(secret), secret_of(home)) == (32, secret)
    assert secret != secret_of(tmp_path / "other")
    assert (home / "secret").stat().st_mode & 0o777 == 0o600
    assert [each.name for each in home.iterdir()] == ["secret"]


@pytest.mark.skipif(os.name != "posix", reason="Windows has other rights")
def test_all_folders_that_are_made_are_private(tmp_path: Path) -> None:
    """Whatever the umask; those that were there stay as they are."""
    (tmp_path / "there").mkdir(mode=0o755)
    home = tmp_path / "there" / "a" / "b" / "home"
    secret_of(home)
    made = (home, home.parent, home.parent.parent, tmp_path / "there")
    assert [each.stat().st_mode & 0o777 for each in made] == [0o700, 0o700, 0o700, 0o755]


def test_processes_that_come_at_once_agree(tmp_path: Path) -> None:
    """Whoever is first makes it."""
    command = [sys.executable, "-c", MAKE, tmp_path / "home"]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(4)]
    assert len({each.communicate()[0] for each in processes}) == 1


@pytest.mark.skipif(os.name != "posix", reason="Windows has other rights")
@pytest.mark.parametrize("mode", [0o644, 0o604, 0o620, 0o666])
def test_a_secret_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    """Nor may others write it; a group may read it, as where a cluster mounts it."""
    secret_of(tmp_path)
    (tmp_path / "secret").chmod(mode)
    with pytest.raises(SettingsError, match="chmod 600"):
        secret_of(tmp_path)
    (tmp_path / "secret").chmod(0o440)
    assert secret_of(tmp_path)


@pytest.mark.parametrize(
    "content",
    [
        bytes(32),
        b"x" * 64,
        b"changethis" * 4,
        b"changethis" * 3 + b"ch\n",
        b"0123456789abcdef" * 2,
        b"12345 " * 9,
        b"a secret that is said twice" * 2 + b"\n",
        b"aaaaaaaabbbbbbbbccccccccddddddddeeeeeeee",
    ],
)
def test_a_weak_secret_is_refused(tmp_path: Path, content: bytes) -> None:
    """Neither from a file nor from a backup is one taken that somebody made up; it is not repeated."""
    with pytest.raises(SettingsError, match="openssl rand -hex 32"):
        put_secret(tmp_path, content)
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "secret").write_bytes(content)
    (tmp_path / "secret").chmod(0o600)
    with pytest.raises(SettingsError, match="drawn by chance") as caught:
        secret_of(tmp_path)
    assert "changethis" not in str(caught.value)


def test_whatever_is_drawn_by_chance_passes(tmp_path: Path) -> None:
    """As bytes, and as what people paste into variables; also with the end of a line."""
    for seed in range(300):
        drawn = random.Random(seed).randbytes(32)
        for each in (drawn, drawn.hex().encode(), drawn[:16].hex().encode(), base64.b64encode(drawn)):
            for end in (b"", b"\n", b"\r\n"):
                (tmp_path / "secret").write_bytes(each + end)
                (tmp_path / "secret").chmod(0o600)
                assert secret_of(tmp_path) == each + end


@pytest.mark.parametrize("content", [b"", b"short", b"x" * 31])
def test_a_short_secret_is_refused(tmp_path: Path, content: bytes) -> None:
    """And not repeated."""
    (tmp_path / "secret").write_bytes(content)
    (tmp_path / "secret").chmod(0o600)
    with pytest.raises(SettingsError, match="at least 32 bytes") as caught:
        secret_of(tmp_path)
    assert "xxxx" not in str(caught.value)
