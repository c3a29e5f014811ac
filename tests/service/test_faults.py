"""Fault after fault under load, and a short soak: reading never fails, nothing acknowledged is lost."""

import sys

import pytest
from tools.robust import soak
from tools.robust.faults import NAMES, SkippedError, run

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="no /proc: only Linux has it")
LASTING_S = 2.0


@pytest.mark.parametrize("name", NAMES)
def test_reading_outlives_a_fault(name: str) -> None:
    """Law: while it lasts every reading is answered, afterwards giving goes on by itself, and no sample is lost."""
    try:
        outcome = run(name, LASTING_S)
    except SkippedError as error:
        pytest.skip(str(error))
    assert outcome.is_good, str(outcome)
    assert outcome.acknowledged > 0
    assert (outcome.refused > 0) is (name in {"store_gone", "disk_full", "postgresql_killed"}), "it was there"


def test_a_soak_loses_nothing() -> None:
    """For some seconds, with a swap every two: no 5xx, no sample lost, no descriptor left open."""
    soaked = soak.soak(minutes=12 / 60, swap_s=2)
    assert (soaked.faults, soaked.lost) == (0, 0), str(soaked)
    assert soaked.swaps >= 4
    assert soaked.answers > 100
    assert soaked.most_descriptors <= soaked.warm_descriptors + soak.SPARE
