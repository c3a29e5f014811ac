"""The load model of docs/deploying.md: arithmetic that is done again here by hand, from figures that are there."""

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from tools import load

COSTS = load.Costs(
    ink_ms=0.7,
    png_ms=1.4,
    batch_ms=0.07,
    proxy_ms=0.07,
    batch_proxy_ms=0.007,
    sample_ms=4,
    database_ms=1,
    sample_bytes=2_000,
    samples_s=100,
    connections=10,
)


@pytest.mark.parametrize(
    ("rate", "digit_ms", "replicas"), [(10, 0.7, 3), (1_000, 0.7, 3), (10_000, 0.7, 10), (100_000, 1.4, 200)]
)
def test_replicas_are_what_the_processor_needs(rate: int, digit_ms: float, replicas: int) -> None:
    """A core does 1000 ms in a second, of which 0.7 are used; there are three at least."""
    assert load.Load(rate, digit_ms, 0.07).replicas == replicas


def test_money_is_cores_by_the_hour() -> None:
    """200 replicas, 10 proxies and 2 of the database, at 0.04 an hour, for 730 hours."""
    assert load.Load(100_000, 1.4, 0.07).money == round(212 * 0.04 * 730)


def test_rows_of_samples() -> None:
    """One digit in a thousand is given: of 1,000 a second one, 31,536,000 a year, 63 GB, a hundredth of the writer."""
    assert "| 1,000 | 1 | 31,536,000 | 63.1 GB | 1.0 % |" in load.kept(COSTS)


def test_what_breaks_first_is_named_first() -> None:
    """A hundred connections are ten replicas of a thousand inks a second; with one each they break after the writer."""
    rates = [int(row.split("|")[1].replace(",", "")) for row in load.breaks(COSTS)]
    assert rates == sorted(rates) == [10_000, 30_000, 40_000, 100_000]
    assert "max_connections" in load.breaks(COSTS)[0]
    assert "max_connections" not in load.breaks(replace(COSTS, connections=0.5))[0]


def test_the_page_says_what_was_measured(tmp_path: Path) -> None:
    """Law: the tables of the page are those that the figures give, and the page's other words stay."""
    page = tmp_path / "deploying.md"
    shutil.copy(load.PAGE, page)
    load.write(page)
    assert page.read_text("utf-8") == load.PAGE.read_text("utf-8"), "python -m tools.load"
    costs = json.loads(load.MEASURED.read_text("utf-8"))["costs"]
    assert all(each > 0 for each in costs.values())
    assert len(re.findall(r"<!-- \w+ -->", page.read_text("utf-8"))) == 4
