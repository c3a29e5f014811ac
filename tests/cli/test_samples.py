"""`sutja samples`: in, out and away; what stops it leaves nothing broken."""

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from drawings import DRAWINGS, drawing
from pictures import encoded, picture
from sutja.keeping import opened
from sutja.prepare import prepare
from sutja.sample import Gift, Sample, SampleState
from sutja.settings import Settings
from sutja.store import CycleState, Store

AGREED = ("--consent", "school-1", "--source", "school")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the home of a store of one's own, which is made at first use."""
    monkeypatch.setenv("SUTJA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "200")
    store_of(tmp_path / "home").close()
    return tmp_path / "home"


def store_of(home: Path) -> Store:
    return opened(Settings(home=home))


def pixels(path: Path) -> bytes:
    with Image.open(path) as image:
        return image.tobytes()


def samples_of(home: Path) -> list[Sample]:
    with store_of(home) as store:
        return list(store.samples.each())


@pytest.fixture(scope="session")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with folders of a 3, two 7s, one of them upper-case, and a scribble."""
    folder = tmp_path_factory.mktemp("folders")
    for name, digit, side in (
        ("3/a.png", 3, 280),
        ("7/b.PNG", 7, 280),
        ("7/deep/c.jpg", 7, 140),
        ("none/d.webp", 1, 200),
    ):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(encoded(picture(digit, side), {".jpg": "JPEG", ".webp": "WEBP"}.get(path.suffix, "PNG")))
    (folder / "notes.txt").write_text("no picture")
    return folder


def test_a_folder_comes_in_once(sutja: Any, home: Path, folders: Path) -> None:
    """Label by folder, source and consent as said; other files are passed over; the same again changes nothing."""
    ran = sutja("samples", "import", folders, *AGREED)
    assert (ran.code, ran.out) == (0, "4 kept, 0 were there already, 0 left out\n"), ran.err
    found = samples_of(home)
    assert sorted(str(sample.label) for sample in found) == ["3", "7", "7", "None"]
    assert {(sample.source, sample.consent) for sample in found} == {("import:school", "school-1")}
    assert {sample.read for sample in found if sample.label is not None} == {3, 7}
    assert all(sample.picture for sample in found)
    again = sutja("samples", "import", folders, *AGREED)
    assert again.out == "0 kept, 4 were there already, 0 left out\n"


def test_files_may_bear_their_labels(sutja: Any, home: Path, tmp_path: Path) -> None:
    """`7.png`, `7-anna-3.png`, `none_1.png`."""
    for name, digit in (("7.png", 7), ("4-anna-3.png", 4), ("none_1.png", 1)):
        path = tmp_path / "flat" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(encoded(picture(digit)))
    assert sutja("samples", "import", tmp_path / "flat", *AGREED).code == 0
    assert sorted(str(sample.label) for sample in samples_of(home)) == ["4", "7", "None"]


def test_a_csv_knows_writers_and_inks(sutja: Any, home: Path, folders: Path, tmp_path: Path) -> None:
    """Each writer is a source; strokes are taken in place of a picture; paths are those from the CSV on."""
    shutil.copytree(folders, tmp_path / "data")
    (tmp_path / "data" / "four.json").write_text(json.dumps(drawing(4).to_json()))
    rows = ["label,path,ink,writer", "3,3/a.png,,anna", ",none/d.webp,,벤", "4,,four.json,anna", "none,7/b.PNG,,"]
    (tmp_path / "data" / "all.csv").write_text("\ufeff" + "\r\n".join(rows), "utf-8")
    ran = sutja("samples", "import", tmp_path / "data" / "all.csv", *AGREED)
    assert ran.code == 0, ran.err
    found = {sample.label: sample for sample in samples_of(home) if sample.label is not None}
    assert {label: sample.source for label, sample in found.items()} == dict.fromkeys((3, 4), "import:school.anna")
    assert found[4].ink == drawing(4)
    assert sorted(sample.source for sample in samples_of(home) if sample.label is None) == [
        "import:school",
        "import:school.214e696e1bc2277b",
    ]


def test_what_cannot_be_read_is_named_and_left_out(sutja: Any, home: Path, folders: Path, tmp_path: Path) -> None:
    """A broken picture and a blank one: each a line on stderr, the others come in, exit code 1."""
    shutil.copytree(folders, tmp_path / "data")
    (tmp_path / "data" / "5").mkdir()
    (tmp_path / "data" / "5" / "broken.png").write_bytes(encoded(picture(5))[:200])
    (tmp_path / "data" / "5" / "blank.png").write_bytes(encoded(Image.new("L", (50, 50), 255)))
    ran = sutja("samples", "import", tmp_path / "data", *AGREED)
    assert (ran.code, ran.out) == (1, "4 kept, 0 were there already, 2 left out\n")
    assert [line.count(".png: Expected") for line in ran.err.splitlines() if "Expected" in line] == [1, 1]
    assert len(samples_of(home)) == 4


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("x.csv", "path\n3/a.png\n", "columns path and label"),
        ("x.csv", "", "columns path and label"),
        ("x.csv", "path,label\n3/a.png,twelve\n", "line 2"),
        ("x.csv", "path,label\n,3\n", "line 2"),
        ("x.csv", "path,label\n", "no picture at all"),
        ("x.csv", b"path,label\n\xff\xfe,3\n", "UTF-8"),
        ("seven/x.png", "", "folder 0 to 9 or none"),
        ("12.png", "", "folder 0 to 9 or none"),
        ("notes.txt", "", "no picture at all"),
        (None, "", "no such thing"),
    ],
)
def test_what_makes_no_sense_brings_nothing_in(
    sutja: Any, home: Path, tmp_path: Path, name: str | None, text: str | bytes, told: str
) -> None:
    """One line that says what was expected, exit code 1, and nothing was kept."""
    place = tmp_path / "place"
    if name:
        path = place / name
        path.parent.mkdir(parents=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        place = path if name.endswith(".csv") else place
    ran = sutja("samples", "import", place, *AGREED)
    assert (ran.code, len(ran.err.splitlines())) == (1, 1)
    assert told in ran.err
    assert samples_of(home) == []


@pytest.mark.parametrize("words", [["--source", "school"], ["--consent", "1"], ["--consent", "1", "--source", "a b"]])
def test_consent_and_source_have_to_be_named(sutja: Any, home: Path, folders: Path, words: list[str]) -> None:
    """Without them, or with a source that is no name, nothing comes in."""
    assert sutja("samples", "import", folders, *words).code != 0
    assert samples_of(home) == []


def test_an_export_is_whole(sutja: Any, home: Path, folders: Path, tmp_path: Path) -> None:
    """Labels, consent and expiry, each glyph to the byte, strokes and pictures."""
    sutja("samples", "import", folders, *AGREED)
    with store_of(home) as store:
        [sample, *_] = store.samples.each()
        glyph = sample.glyph
        store.samples.give(Gift(glyph=glyph, label=2, source="visitor:x", consent="1", ink=drawing(2)))
    out = tmp_path / "out"
    ran = sutja("samples", "export", out)
    assert (ran.code, ran.out) == (0, f"5 samples written to {out}\n"), ran.err
    rows = list(csv.DictReader((out / "samples.csv").read_text("utf-8").splitlines()))
    kept = {sample.id: sample for sample in samples_of(home)}
    for row in rows:
        sample = kept[Path(row["path"]).stem]
        assert pixels(out / row["path"]) == sample.glyph.tobytes()
        assert row["label"] == ("none" if sample.label is None else str(sample.label))
        assert (row["consent"], row["source"], row["expires"]) == (
            sample.consent,
            sample.source,
            sample.expires.isoformat(),
        )
        assert (row["picture"] == "") == (sample.picture is None)
    [inked] = [row for row in rows if row["ink"]]
    assert json.loads((out / inked["ink"]).read_text()) == drawing(2).to_json()
    assert os.name != "posix" or out.stat().st_mode & 0o077 == 0
    assert sutja("samples", "export", out).code == 1
    ran = sutja("samples", "export", tmp_path / "visitors", "--source", "visitor:x")
    assert ran.out.startswith("1 samples")


@pytest.fixture
def exported(sutja: Any, home: Path, tmp_path: Path) -> Path:
    """Return an export of what a visitor, a key and an operator gave, in all states."""
    glyph = np.rint(prepare([drawing(2)])[0] * 255).astype(np.uint8)
    said = {"glyph": glyph, "consent": "2"}
    with store_of(home) as store:
        soon = store.clock() + timedelta(days=3)
        store.samples.give(Gift(**said, label=2, source="visitor:x", ink=drawing(2), expires=soon))
        store.samples.give(Gift(**said, label=7, source="key:k1", picture=encoded(picture(7))))
        accepted = store.samples.give(Gift(**said, label=4, source="import:school.anna", ink=drawing(4)))
        rejected = store.samples.give(Gift(**said, label=9, source="visitor:y", ink=drawing(9)))
        store.samples.give(Gift(**said, label=2, source="visitor:x"))
        store.samples.give(Gift(glyph=glyph, label=5, source="pin", consent="pin-1"))
        store.samples.move([accepted.sample], SampleState.ACCEPTED, "kim")
        store.samples.move([rejected.sample], SampleState.REJECTED, "kim")
    assert sutja("samples", "export", tmp_path / "exp").code == 0
    return tmp_path / "exp"


def told(samples: list[Sample]) -> list[tuple]:
    """Return what an import has to keep of samples, in an order of its own."""
    return sorted((each.label, each.source, each.consent, each.ink is None, each.expires) for each in samples)


@pytest.mark.parametrize("table", ["", "samples.csv"])
def test_an_export_comes_back_as_it_was(
    sutja: Any, home: Path, exported: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, table: str
) -> None:
    """Law: source, consent and expiry are kept; what was rejected and what is of a PIN stays out; once is enough."""
    before = [each for each in samples_of(home) if each.source != "pin" and each.state != SampleState.REJECTED]
    again = sutja("samples", "import", exported / table)
    out = "2 rejected, past their time or of PINs stay out\n"
    assert again.out == f"0 kept, 4 were there already, 0 left out; {out}"
    monkeypatch.setenv("SUTJA_HOME", str(tmp_path / "other"))
    ran = sutja("samples", "import", exported / table)
    assert (ran.code, ran.out) == (0, f"4 kept, 0 were there already, 0 left out; {out}"), ran.err
    found = samples_of(tmp_path / "other")
    assert told(found) == told(before)
    assert {each.state for each in found} == {SampleState.NEW}
    assert [each.ink for each in found if each.label == 4] == [drawing(4)]
    [seven] = [each for each in found if each.label == 7]
    assert seven.read == 7, "the picture is read, not the glyph, which shows a 2"
    assert sutja("samples", "import", exported).out.startswith("0 kept, 4 were there already")


def test_what_an_export_says_is_not_said_twice(sutja: Any, home: Path, exported: Path) -> None:
    """Law: an export names its own sources and consents; naming others is wrong use, and nothing comes in."""
    assert sutja("samples", "import", exported, *AGREED).code == 2
    assert sutja("samples", "import", exported, "--consent", "1").code == 2
    table = (exported / "samples.csv").read_text("utf-8")
    for wrong, right in (("anybody", "visitor:x"), ("undecided", "accepted"), ("some day", "+00:00")):
        (exported / "samples.csv").write_text(table.replace(right, wrong), "utf-8")
        ran = sutja("samples", "import", exported)
        assert (ran.code, "source, consent, expires and state" in ran.err) == (1, True)
    assert len(samples_of(home)) == 6


def test_what_is_past_its_time_stays_out(sutja: Any, exported: Path, tmp_path: Path, monkeypatch: Any) -> None:
    """Law: an import does not give a sample a second life."""
    table = exported / "samples.csv"
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows({**row, "expires": "2020-01-01T00:00:00+00:00"} for row in rows)
    monkeypatch.setenv("SUTJA_HOME", str(tmp_path / "other"))
    assert sutja("samples", "import", exported).out.startswith("0 kept, 0 were there already, 0 left out; 6 ")


def test_purging(sutja: Any, home: Path, folders: Path) -> None:
    """One source goes, and no other; a source that is not there is named as such; nothing named is wrong use."""
    sutja("samples", "import", folders, *AGREED)
    sutja("samples", "import", folders, "--consent", "1", "--source", "other")
    assert sutja("samples", "purge", "--source", "import:school").out == "4 samples of import:school deleted\n"
    assert {sample.source for sample in samples_of(home)} == {"import:other"}
    assert sutja("samples", "purge", "--source", "import:school").code == 1
    assert sutja("samples", "purge", "--expired").out == "0 expired samples deleted\n"
    assert sutja("samples", "purge", "--expired", "--trust-clock").out == "0 expired samples deleted\n"
    assert sutja("samples", "purge", "--source", "import:other", "--trust-clock").code == 2
    assert sutja("samples", "purge").code == 2
    assert sutja("samples", "purge", "--expired", "--source", "x").code == 2
    assert len(samples_of(home)) == 4


def test_a_purge_names_the_cycles_that_used_it(sutja: Any, home: Path) -> None:
    """Law: one that is unfinished ends without a verdict; those before are named, with what they trained."""
    glyph = np.rint(prepare([drawing(2)])[0] * 255).astype(np.uint8)
    names = []
    with store_of(home) as store:
        gifts = [Gift(glyph=glyph, label=2, source=f"key:{name}", consent="1") for name in "ab"]
        ours, other = (each.sample for each in store.samples.give_all(gifts))
        for used, end in ((ours, CycleState.HELD), (ours, CycleState.LEFT), (other, CycleState.REJECTED), (ours, None)):
            cycle = store.cycles.begin("me")
            store.cycles.claim(cycle.id, "me", [], [used])
            if len(names) < 3:
                store.cycles.record(cycle.id, "me", "train", {"candidate": f"sha-{len(names)}"})
            if end:
                store.cycles.finish(cycle.id, "me", end)
            names.append(cycle.id)
    ran = sutja("samples", "purge", "--source", "key:a")
    assert sorted(ran.out.splitlines()) == sorted(
        [
            "1 samples of key:a deleted",
            f"cycle {names[0]} used some of them and was held; its candidate is sha-0",
            f"cycle {names[1]} used some of them and was ended without a verdict; its candidate is sha-1",
            f"cycle {names[3]} used some of them and was ended without a verdict",
        ]
    )


@pytest.mark.parametrize("command", [["export", "out"], ["purge"]])
def test_a_source_that_gave_nothing_is_refused(
    sutja: Any, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    """Law: a name with a slip writes and deletes nothing; the nearest names are told, or ten and how many more."""
    monkeypatch.chdir(tmp_path)
    assert "(there is none)" in sutja("samples", *command, "--source", "key:a").err
    glyph = np.rint(prepare([drawing(2)])[0] * 255).astype(np.uint8)
    names = ["import:school.anna", *(f"visitor:{number:03}" for number in range(30))]
    with store_of(home) as store:
        store.samples.give_all([Gift(glyph=glyph, label=2, source=name, consent="1") for name in names])
    ran = sutja("samples", *command, "--source", "import:scool.anna")
    assert (ran.code, "import:school.anna and 30 more" in ran.err, "visitor" in ran.err) == (1, True, False)
    ran = sutja("samples", *command, "--source", "key:nobody")
    assert (ran.code, ran.err.count("visitor:"), "and 21 more" in ran.err) == (1, 9, True)
    assert len(samples_of(home)) == 31
    assert not (tmp_path / "out").exists()


def test_a_receipt_leads_to_who_gave(sutja: Any, home: Path) -> None:
    """Law: an operator who is shown a receipt finds the source; one that was made up, or is over, finds nothing."""
    glyph = np.rint(prepare([drawing(2)])[0] * 255).astype(np.uint8)
    with store_of(home) as store:
        receipt = store.samples.give(Gift(glyph=glyph, label=2, source="visitor:x", consent="1"))
    ran = sutja("samples", "show", receipt.token)
    told = json.loads(ran.out)
    assert (told["id"], told["source"], told["label"], told["state"]) == (receipt.sample, "visitor:x", 2, "new")
    for wrong in (receipt.sample, f"{receipt.sample}.{'0' * 32}", "x"):
        ran = sutja("samples", "show", wrong)
        assert (ran.code, ran.out, "receipt" in ran.err) == (1, "", True)
    sutja("samples", "purge", "--source", told["source"])
    assert sutja("samples", "show", receipt.token).code == 1


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of 700 inks by a CSV."""
    folder = tmp_path_factory.mktemp("many")
    rows = ["path,label,ink"]
    for number in range(700):
        strokes = [[(x + number / 50, y) for x, y in stroke] for stroke in DRAWINGS[number % 10]]
        (folder / f"{number}.json").write_text(json.dumps(strokes))
        rows.append(f",{number % 10},{number}.json")
    (folder / "all.csv").write_text("\n".join(rows))
    return folder / "all.csv"


def test_ctrl_c_breaks_nothing(home: Path, many: Path) -> None:
    """Stopped in the middle, exit code 130: whole batches are kept, and the same command brings in the rest, once."""
    command = [sys.executable, "-m", "sutja", "samples", "import", str(many), *AGREED]
    pipe = subprocess.PIPE

    def heeding() -> None:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # what was started in the background ignores it

    first = subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, preexec_fn=heeding)  # noqa: PLW1509  # once
    for _ in _until_some(home):
        pass
    first.send_signal(signal.SIGINT)
    _, err = first.communicate(timeout=120)
    kept = len(samples_of(home))
    if first.returncode != 0:  # it was not too quick
        assert (first.returncode, "The same command goes on" in err) == (130, True), err
        assert kept % 64 == 0
    second = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert second.returncode == 0, second.stderr
    assert second.stdout.startswith(f"{700 - kept} kept")
    assert len(samples_of(home)) == 700


def _until_some(home: Path) -> Iterator[None]:
    with store_of(home) as store:
        while store.samples.count() == 0:
            yield
