import errno
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from pyarrow import fs

from scale.archives import DIGITS, fill, rows
from sutja.cli import extras
from sutja.errors import ScaleError
from sutja.reader import Reader
from sutja.scale.archive import SHARD_SIZE, Archive
from sutja.scale.shard import COLUMNS, write_shard

COUNT = 2 * SHARD_SIZE + 40


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader.load()


def listed(folder: Path, reader: Reader) -> Archive:
    return Archive.listed(str(folder / "in"), str(folder / "out"), reader.bundle.card.sha256)


def read(archive: Archive, reader: Reader, count: int | None = None) -> int:
    """Read so many shards of what is left, or all; return how many pictures could not be read."""
    return sum(write_shard(shard, reader, archive.source, archive.out) for shard in archive.shards[:count])


def test_every_picture_has_a_row(tmp_path: Path, reader: Reader) -> None:
    """Law: each picture stands once, with what the same Reader says of it, or with why it cannot be read."""
    paths = fill(tmp_path / "in", COUNT, broken=(13, 77))
    (tmp_path / "in" / "notes.txt").write_text("no picture")
    archive = listed(tmp_path, reader)
    assert (archive.total, read(archive, reader)) == (COUNT, 2)
    found = rows(tmp_path / "out")
    assert [row["path"] for row in found] == paths
    verdicts = [each.verdict for each in reader.read_many(DIGITS)]
    for row in found:
        number = int(Path(row["path"]).stem)
        if number in (13, 77):
            assert row == {**dict.fromkeys(COLUMNS.names), **{k: row[k] for k in ("path", "model", "error")}}
            assert row["error"].startswith("Expected a PNG")
        else:
            assert (row["digit"], row["verdict"], row["error"]) == (number % 10, verdicts[number % 10], None)
    first = reader.read(paths[0])
    assert found[0]["probabilities"] == pytest.approx(first.probabilities.tolist(), abs=1e-6)
    assert found[0]["confidence"] == pytest.approx(first.confidence, abs=1e-6)
    assert {row["model"] for row in found} == {first.model}


def test_it_goes_on_where_it_was(tmp_path: Path, reader: Reader) -> None:
    """Law: what is done is not read again, what is left has the same shards as before, and half a file is no file."""
    fill(tmp_path / "in", COUNT)
    before = listed(tmp_path, reader)
    read(before, reader, 1)
    done = next((tmp_path / "out").iterdir())
    (tmp_path / "out" / f".{before.shards[1].name}.0123").write_bytes(done.read_bytes()[:100])
    after = listed(tmp_path, reader)
    assert after.shards == before.shards[1:]
    read(after, reader)
    assert len(listed(tmp_path, reader).left) == 0
    assert len({row["path"] for row in rows(tmp_path / "out")}) == len(rows(tmp_path / "out")) == COUNT


def test_whoever_reads_the_same_twice_writes_the_same(tmp_path: Path, reader: Reader) -> None:
    """Law: a shard that two processes read, as after a node was taken for dead, stands once."""
    fill(tmp_path / "in", 30)
    archive = listed(tmp_path, reader)
    read(archive, reader)
    content = [path.read_bytes() for path in (tmp_path / "out").iterdir()]
    read(archive, reader)
    assert [path.read_bytes() for path in (tmp_path / "out").iterdir()] == content


def test_an_archive_may_grow(tmp_path: Path, reader: Reader) -> None:
    """Law: pictures that came later, wherever in the order they stand, are read, and they alone."""
    fill(tmp_path / "in", 600)
    read(listed(tmp_path, reader), reader)
    fill(tmp_path / "in" / "0", 40)
    archive = listed(tmp_path, reader)
    assert (archive.total, len(archive.left)) == (640, 40)
    read(archive, reader)
    assert len({row["path"] for row in rows(tmp_path / "out")}) == len(rows(tmp_path / "out")) == 640


def test_a_storage_that_is_away_is_no_broken_picture(tmp_path: Path, reader: Reader) -> None:
    """Law: one picture that is gone is a row; where all of them are, nothing is written."""
    paths = fill(tmp_path / "in", 20)
    archive = listed(tmp_path, reader)
    Path(paths[4]).unlink()
    assert read(archive, reader) == 1
    assert rows(tmp_path / "out")[4]["error"].endswith("no such file or directory.")
    shutil.rmtree(tmp_path / "out")
    shutil.rmtree(tmp_path / "in")
    with pytest.raises(ScaleError, match="Received none of 20"):
        read(archive, reader)
    assert not (tmp_path / "out").exists()


@dataclass(frozen=True)
class Faltering:
    """Files of this machine, of which one cannot be opened for now."""

    broken: str

    def open_input_stream(self, path: str, **options: object) -> object:
        """Open any other."""
        if path == self.broken:
            raise OSError(errno.EIO, os.strerror(errno.EIO), path)
        return fs.LocalFileSystem().open_input_stream(path, **options)


def test_a_storage_that_falters_is_asked_again(tmp_path: Path, reader: Reader) -> None:
    """Law: what may pass by itself becomes no row, which would count as read for ever: the shard stays undone."""
    paths = fill(tmp_path / "in", 20)
    archive = listed(tmp_path, reader)
    faltering = replace(archive.source, files=Faltering(paths[4]))
    with pytest.raises(ScaleError, match=r"Received input/output error\.$"):
        write_shard(archive.shards[0], reader, faltering, archive.out)
    assert len(listed(tmp_path, reader).left) == 20
    assert read(listed(tmp_path, reader), reader) == 0


def test_another_model_needs_another_folder(tmp_path: Path, reader: Reader) -> None:
    """Law: readings by two models never lie in one folder, where nobody could tell them apart any more."""
    fill(tmp_path / "in", 20)
    read(listed(tmp_path, reader), reader)
    with pytest.raises(ScaleError, match="name another folder"):
        Archive.listed(str(tmp_path / "in"), str(tmp_path / "out"), "f" * 64)


def test_a_damaged_file_of_readings_is_named(tmp_path: Path, reader: Reader) -> None:
    """Law: a file that cannot be read, as after a power cut, ends in an error: it is neither done nor overwritten."""
    fill(tmp_path / "in", 20)
    read(listed(tmp_path, reader), reader)
    file = next((tmp_path / "out").iterdir())
    file.write_bytes(file.read_bytes()[:-20])
    with pytest.raises(ScaleError, match=file.name):
        listed(tmp_path, reader)


def test_a_folder_that_machines_do_not_share(tmp_path: Path, reader: Reader) -> None:
    """Law: where others wrote into folders of their own, nobody says that the archive is read."""
    fill(tmp_path / "in", 20)
    archive = listed(tmp_path, reader)
    with pytest.raises(ScaleError, match="one folder for all machines"):
        archive.expect(archive.shards)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("nowhere", "no such file or directory"),
        ("empty", "Expected .*empty to have pictures: .png"),
        ("odd://secret:word@place", "Expected an address"),
    ],
)
def test_what_is_no_archive(sutja, tmp_path: Path, source: str, said: str) -> None:
    """Law: nothing that matches, a folder that is missing and an address of no storage are one line each, at once."""
    (tmp_path / "empty").mkdir()
    source = source if "://" in source else str(tmp_path / source)
    ran = sutja("read", "--ray", "local", source, "--out", tmp_path / "out")
    assert (ran.code, len(ran.err.splitlines())) == (1, 1)
    assert re.search(said, ran.err)
    assert "secret" not in ran.err


def test_without_the_extra(sutja, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Law: who has not installed it is told what to install."""
    monkeypatch.setitem(extras.EXTRAS, "scale", ("ray_of_the_sun",))
    ran = sutja("read", "--ray", "local", tmp_path, "--out", tmp_path / "out")
    assert (ran.code, ran.err.splitlines()[0].partition("Received no ")[2]) == (
        1,
        "ray_of_the_sun: in a checkout, pip install '.[scale]'.",
    )


@pytest.mark.parametrize(
    "words", [["--ray", "local"], ["--out", "o"], ["--ray", "local", "--out", "o", "--number"], ["--ray"]]
)
def test_wrong_use(sutja, tmp_path: Path, words: list[str]) -> None:
    """Law: --ray and --out go together, and with no other way to read or write."""
    ran = sutja("read", tmp_path, *words)
    assert ran.code == 2
    assert "Traceback" not in ran.err


def test_only_scale_knows_ray() -> None:
    """Law: the library, the command and the service load neither Ray nor what it brings; scale loads no Keras."""
    light = "import sutja, sutja.cli, sutja.reader, sutja.service.server, sutja.cli.read"
    heavy = "import sutja.scale.cluster, sutja.scale.serving"
    for statement, unwanted in ((light, {"ray", "pyarrow", "pandas"}), (heavy, {"keras", "tensorflow", "sutja.learn"})):
        command = [sys.executable, "-c", f"{statement}; import sys; print(*sys.modules)"]
        environ = {**os.environ, "SUTJA_DATABASE_URL": "none"}
        loaded = subprocess.run(command, env=environ, capture_output=True, text=True, check=True).stdout.split()
        assert unwanted & set(loaded) == set()
