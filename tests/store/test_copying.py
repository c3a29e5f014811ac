from pathlib import Path

import pytest

from databases import SECRET, bundle, gift
from sutja.errors import StoreError
from sutja.store import Store, Wanted, copy, upgrade


@pytest.fixture
def other_url(empty_url: str, tmp_path: Path) -> str:
    """Return the URL of a second database, without tables."""
    return f"sqlite:///{tmp_path / 'other.db'}" if empty_url.startswith("sqlite") else empty_url


def test_all_arrives_and_goes_on(url: str, other_url: str) -> None:
    """Samples, labels, bundles, decisions and the audit trail are as before, and the new database takes more."""
    with Store.open(url, secret=SECRET, shipped=bundle("one")) as old:
        receipt = old.samples.give(gift(1))
        old.samples.give_all([gift(seed) for seed in range(2, 700)])
        old.samples.label([receipt.sample], 4, "operator:kim")
        old.bundles.promote(old.bundles.add(bundle("two"), "import"), 1, "kim", "it is better")
        old.operators.add("kim", "a long enough password")
        before = [vars_of(each) for each in old.samples.each(Wanted())]
        said = sum(len(old.samples.labels(each.id)) for each in old.samples.each(Wanted()))
    upgrade(other_url)
    counts = copy(url, other_url)
    assert (counts["samples"], counts["labels"], counts["bundles"]) == (len(before), said, 2)
    assert len(before) == 699
    with Store.open(other_url, secret=SECRET, shipped=bundle("one")) as new:
        assert [vars_of(each) for each in new.samples.each(Wanted())] == before
        assert new.bundles.load(new.bundles.active().sha) == bundle("two")
        assert new.audit.verify().broken is None
        assert new.samples.labels(receipt.sample)[-1].label == 4
        new.samples.label([receipt.sample], 5, "operator:kim")
        assert new.samples.withdraw(receipt.token)
        assert new.operators.login("kim", "a long enough password")
        new.bundles.rollback("kim", "it is not")
        assert new.audit.verify().broken is None


def vars_of(sample: object) -> tuple:
    """Return what a sample is, in a form that can be compared."""
    return tuple(bytes(value) if name == "glyph" else value for name, value in _fields(sample))


def _fields(sample: object) -> list[tuple[str, object]]:
    return [(name, getattr(sample, name)) for name in type(sample).__dataclass_fields__]


def test_only_what_is_empty_is_copied_into(url: str, tmp_path: Path) -> None:
    """A database that has rows is left as it is, and so is the one that is copied itself."""
    with Store.open(url, secret=SECRET, shipped=bundle("one")) as old:
        old.samples.give(gift(1))
    other = f"sqlite:///{tmp_path / 'other.db'}"
    with pytest.raises(StoreError, match="sutja db upgrade"):
        copy(url, other)
    upgrade(other)
    with Store.open(other, secret=SECRET, shipped=bundle("two")) as new:
        new.samples.give(gift(2))
    for target in (other, url):
        with pytest.raises(StoreError, match="empty"):
            copy(url, target)
    with Store.open(other, secret=SECRET, shipped=bundle("two")) as new:
        assert new.samples.count(Wanted()) == 1
