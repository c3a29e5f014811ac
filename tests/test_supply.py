"""What a service is built from: locked to the byte, new enough, told of in full."""

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from tools import supply

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
# What is older has a known fault that reaches a service: notes on reliability, section 3.
LEAST = {"starlette": "1.6", "python-multipart": "0.0.27", "pillow": "12.3", "fastapi": "0.165"}
LEAST_LEARNING = {"onnx": "1.22", "keras": "3.12.4", "mlflow-skinny": "3.17.2"}
PINNED = re.compile(r"^([a-z0-9-]+)==(\S+?)(?: ; (.+?))? \\$", re.MULTILINE)


def pinned() -> Iterator[tuple[str, str, str]]:
    """Yield the name, version and marker of each package of the lock."""
    yield from PINNED.findall(supply.LOCK.read_text("utf-8"))


def test_the_lock_holds_what_the_service_asks_for() -> None:
    """Each dependency of `sutja[serve]` is there, in a version that it takes, for each system that it names."""
    versions: dict[str, list[str]] = {}
    for name, version, _ in pinned():
        versions.setdefault(name, []).append(version)
    asked = [Requirement(each) for each in [*PROJECT["dependencies"], *EXTRAS["serve"]]]
    wrong = [
        str(each)
        for each in asked
        if not versions.get(each.name) or not all(each.specifier.contains(one) for one in versions[each.name])
    ]
    assert wrong == [], "make lock"


def test_each_package_of_the_lock_has_its_hashes() -> None:
    """What is not the very file that was locked is not installed."""
    text = supply.LOCK.read_text("utf-8")
    blocks = [block for block in re.split(r"^(?=[a-z0-9-]+==)", text, flags=re.MULTILINE) if "==" in block]
    assert len(blocks) == len(list(pinned())) >= 30
    assert [block.splitlines()[0] for block in blocks if not re.search(r"--hash=sha256:[0-9a-f]{64}", block)] == []
    assert "tensorflow" not in text
    assert "keras" not in text


def test_nothing_older_than_its_last_known_fault_is_taken() -> None:
    """Neither by pip, which reads the floors of pyproject.toml, nor by the lock."""
    asked = {Requirement(each).name: Requirement(each) for each in [*PROJECT["dependencies"], *EXTRAS["serve"]]}
    learning = {Requirement(each).name: Requirement(each) for each in EXTRAS["learn"]}
    for floors, names in ((LEAST, asked), (LEAST_LEARNING, learning)):
        for name, least in floors.items():
            older = [f"{least}.dev0", "0.0.1"]
            assert [each for each in older if names[name].specifier.contains(each, prereleases=True)] == [], name
            assert names[name].specifier.contains(least)
    for name, version, _ in pinned():
        if name in LEAST:
            assert Requirement(f"{name}>={LEAST[name]}").specifier.contains(version)


def test_the_lock_can_be_made_anew(tmp_path: Path) -> None:
    """By one verb; without need it stays as it is."""
    path = tmp_path / "serve.lock"
    path.write_bytes(supply.LOCK.read_bytes())
    try:
        supply.lock(path)
    except SystemExit as error:
        pytest.skip(f"no package index: {error}")
    assert PINNED.findall(path.read_text("utf-8")) == list(pinned())


def test_both_audits_say_what_they_know_or_that_they_know_nothing() -> None:
    """Law: an audit that could not reach its data never looks like one that found nothing."""
    for audit in (supply.audit_python(), supply.audit_web()):
        assert not (audit.found and audit.unreached)
        if audit.unreached:
            assert "Received none" in str(audit)
            pytest.skip(f"no advisories: {audit.of} reaches none of its data")
        assert audit.found == ()


@pytest.mark.parametrize(
    ("said", "reached"),
    [
        ('{"dependencies": [{"name": "a", "version": "1", "vulns": []}]}', True),
        ('{"dependencies": [{"name": "a", "skip_reason": "not found"}]}', False),
        ("", False),
    ],
)
def test_a_package_that_was_not_looked_up_is_no_clean_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str, reached: bool
) -> None:
    """pip-audit ends with 0 where its service knows none of the packages: that is no audit."""
    (tmp_path / "pip_audit.py").write_text(f"print({said!r})")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert bool(supply.audit_python().unreached) is not reached


def test_the_bill_of_materials_names_each_package(tmp_path: Path) -> None:
    """In CycloneDX, with the version and the hashes of each; and so for the page."""
    python, web = (json.loads(path.read_text("utf-8")) for path in supply.sbom(tmp_path))
    assert {each["bomFormat"] for each in (python, web)} == {"CycloneDX"}
    told = {(each["name"], each["version"]) for each in python["components"]}
    assert {(name, version) for name, version, _ in pinned()} <= told
    assert {"preact", "chart.js"} <= {each["name"] for each in web["components"]}
