"""Archives in a store of objects: S3 as moto has it."""

import pickle
from collections.abc import Iterator
from pathlib import Path

import pytest

from scale.archives import BROKEN, DIGITS, fill, rows
from scale.storage import BUCKET, Storage, storage
from sutja.errors import ScaleError
from sutja.reader import Reader
from sutja.scale.archive import Archive
from sutja.scale.shard import write_shard

COUNT = 60


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[Storage]:
    """Yield a storage with sixty pictures, the last of which is broken."""
    with storage() as found:
        for name, value in found.environ.items():
            monkeypatch.setenv(name, value)
        for number in range(COUNT):
            with found.files.open_output_stream(f"{BUCKET}/in/{number % 3}/{number:03}.png") as stream:
                stream.write(DIGITS[number % 10] if number < COUNT - 1 else BROKEN)
        yield found


def test_an_archive_in_a_bucket(s3: Storage, tmp_path: Path) -> None:
    """Law: what is read from a bucket into a bucket stands there once, under its address; who is let in no more is
    told so in one line.
    """
    reader = Reader.load()
    words = (f"s3://{BUCKET}/in", f"s3://{BUCKET}/out/", reader.bundle.card.sha256)
    archive = Archive.listed(*words)
    source, out = (pickle.loads(pickle.dumps(place)) for place in (archive.source, archive.out))  # noqa: S301  # as Ray does
    assert [write_shard(shard, reader, source, out) for shard in archive.shards] == [1]
    found = rows(f"{BUCKET}/out", s3.files)
    assert [row["path"] for row in found] == sorted(f"s3://{BUCKET}/in/{n % 3}/{n:03}.png" for n in range(COUNT))
    assert [row["digit"] for row in found if not row["error"]] == [int(row["path"][-7:-4]) % 10 for row in found[:-1]]
    assert len(Archive.listed(*words).left) == 0
    with pytest.raises(ScaleError, match="s3://archive/nothing"):
        Archive.listed(f"s3://{BUCKET}/nothing", *words[1:])
    s3.deny()
    with pytest.raises(ScaleError, match=r"s3://archive/in .* Received (access denied|invalid access key id)"):
        Archive.listed(*words)
    fill(tmp_path, 1)
    with pytest.raises(ScaleError, match=r"s3://archive/out .* Received (access denied|invalid access key id)"):
        Archive.listed(str(tmp_path), *words[1:])
