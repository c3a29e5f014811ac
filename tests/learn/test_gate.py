"""A candidate is refused unless it is better, and refused for whatever it does worse; the verdict says why."""

import json
from collections.abc import Callable

import numpy as np
import pytest

from judged import ByHeart, drawn, sure_of
from sutja import DataError
from sutja.bundle import Thresholds
from sutja.learn.dataset import NO_DIGIT, Dataset
from sutja.learn.gate import Holdouts, Judgement, Limits, Reason, Ruling, judge

LABELS = np.arange(1000) % 10
MNIST = np.arange(1000, 2000)
OTHERS = np.arange(2000, 2300)
SLICE = np.arange(1000) < 40


def quick(_: ByHeart) -> float:
    return 0.1


def holdouts(**changes: Dataset) -> Holdouts:
    parts = {
        "drawn": drawn(LABELS),
        "mnist": drawn(LABELS, 1000),
        "others": drawn(np.full(300, NO_DIGIT), 2000),
    }
    return Holdouts(**{**parts, **changes}, slices={"first": SLICE, "nobody": np.zeros(1000, bool)})


def answers(wrong: np.ndarray | list[int] = (), accepted: int = 0, confidence: float = 0.99) -> np.ndarray:
    """Return what is answered to all 2,300: wrong at these numbers, and so many of what is no digit taken for a 3."""
    table = sure_of(np.concatenate([LABELS, LABELS, np.full(300, NO_DIGIT)]), confidence)
    table[OTHERS] = sure_of(np.full(300, NO_DIGIT), 1.0)
    table[OTHERS[:accepted]] = sure_of(np.full(accepted, 3))
    wrong = np.asarray(wrong, int)
    table[wrong] = sure_of((np.concatenate([LABELS, LABELS])[wrong] + 1) % 10, 0.6)
    return table


USUAL = np.arange(0, 60)
"""Those drawn digits that the champion reads wrongly."""
CHAMPION = ByHeart(answers(USUAL), "champion")


def judged(table: np.ndarray, champion: ByHeart = CHAMPION, data: Holdouts | None = None, **more: object) -> Judgement:
    return judge(champion, ByHeart(table, "candidate"), data or holdouts(), timer=quick, **more)


def codes(judgement: Judgement) -> set[str]:
    return {reason.code for reason in judgement.against}


def test_a_better_candidate_is_promoted() -> None:
    """Thirty of sixty mistakes fixed, none made: it may serve, and each check has said why."""
    found = judged(answers(USUAL[:30]))
    assert found.verdict is Ruling.PROMOTE
    assert {reason.code for reason in found.reasons} == {
        "better",
        "mnist",
        "parts",
        "wrongly_accepted",
        "others",
        "calibration",
        "thresholds",
        "size",
        "time",
    }
    better = found.reasons[0]
    assert dict(better.numbers) == {"fixed": 30, "broken": 0, "count": 1000, "p": 2.0**-30, "limit": 0.01}
    assert "30 fixed, 0 broken of 1000" in found.words


def test_a_candidate_trained_on_nothing_new_is_refused() -> None:
    """It reads what the champion reads: not better; and the champion itself is no candidate."""
    assert codes(judged(answers(USUAL))) == {"not_better"}
    assert codes(judge(CHAMPION, CHAMPION, holdouts(), timer=quick)) == {"same", "not_better"}


@pytest.mark.parametrize(("fixed", "verdict"), [(6, Ruling.REJECT), (7, Ruling.PROMOTE)])
def test_better_begins_beyond_chance(fixed: int, verdict: Ruling) -> None:
    """Six fixed and none broken happen by chance once in 64 times, seven once in 128."""
    assert judged(answers(USUAL[fixed:])).verdict is verdict


def test_it_goes_the_right_way() -> None:
    """The better of the two is promoted, and the other, the other way round, refused."""
    better, worse = ByHeart(answers(USUAL[:20]), "better"), ByHeart(answers(USUAL), "worse")
    assert judge(worse, better, holdouts(), timer=quick).verdict is Ruling.PROMOTE
    assert judge(better, worse, holdouts(), timer=quick).verdict is Ruling.REJECT


@pytest.mark.parametrize(
    ("table", "code"),
    [
        (answers([*USUAL[:20], *MNIST[:100:7]]), "worse_mnist"),
        (answers([*USUAL[:20], *MNIST[4:80:10]]), "worse_part"),
        (answers([*USUAL[:20], *range(107, 260, 10)]), "worse_part"),
        (answers(USUAL[:20], accepted=9), "worse_others"),
        (answers(USUAL[:20], confidence=0.91), "worse_calibration"),
    ],
    ids=["MNIST", "MNIST's 4", "drawn 7", "no digits", "confidences"],
)
def test_whatever_is_worse_refuses(table: np.ndarray, code: str) -> None:
    """Forty fixed digits do not outweigh what is worse elsewhere, and the reason is named."""
    found = judged(table)
    assert found.verdict is Ruling.REJECT
    assert code in codes(found)


@pytest.mark.parametrize(("accepted", "expected"), [(30, set()), (31, {"worse_others"})])
def test_what_was_never_taught_is_not_held_to_a_promise(accepted: int, expected: set[str]) -> None:
    """A champion that calls nothing no digit promised nothing: its candidate may give up a tenth, and not more."""
    table = answers(USUAL)
    table[OTHERS] = sure_of(np.full(300, 3), 0.5)
    untaught = ByHeart(table, "champion")
    assert codes(judged(answers(USUAL[:20], accepted=accepted), untaught)) == expected


def test_a_slice_that_is_worse_refuses() -> None:
    """Ten broken in a slice of forty refuse, in whichever digits they are, and one does not."""
    champion = ByHeart(answers(range(100, 200)), "champion")
    found = judged(answers(np.arange(0, 40, 4)), champion)
    assert "drawn, first: 0 fixed, 10 broken of 40" in found.words
    assert judged(answers([3]), champion).verdict is Ruling.PROMOTE


def test_one_broken_digit_is_chance() -> None:
    """A class of a hundred that loses one or two has lost more than 1 %, and yet nothing is proved."""
    assert judged(answers([*USUAL[:20], 107, 117, 1004, 1014])).verdict is Ruling.PROMOTE


def test_surely_wrong_is_worse_than_unsurely_wrong() -> None:
    """A candidate that is sure of its mistakes is refused though it makes fewer."""
    table = answers(USUAL[:30])
    table[USUAL[:30]] = sure_of((LABELS[:30] + 1) % 10)
    assert "worse_wrongly_accepted" in codes(judged(table))


def test_too_few_prove_nothing() -> None:
    """With few drawn digits, or few of MNIST's, somebody has to look; without any as well."""
    for count in (0, 1, 99):
        few = Holdouts(drawn(LABELS[:count]), drawn(LABELS, 1000), drawn(np.zeros(0)))
        found = judged(answers(), data=few)
        assert (found.verdict, codes(found)) == (Ruling.HOLD, {"too_few"})
        few = Holdouts(drawn(LABELS), drawn(LABELS[:count], 1000), drawn(np.zeros(0)))
        found = judged(answers(), data=few)
        assert (found.verdict, codes(found)) == (Ruling.HOLD, {"too_few_mnist"})


def test_an_alarm_asks_for_a_look_and_outweighs_nothing() -> None:
    """A warning holds what would be promoted, and what is refused stays refused."""
    warning = Reason("labels", Ruling.HOLD, "9 of 90 look mislabelled")
    assert judged(answers(USUAL[:20]), alarms=[warning]).verdict is Ruling.HOLD
    assert judged(answers(USUAL), alarms=[warning]).verdict is Ruling.REJECT


def test_a_model_that_gives_no_numbers_is_refused() -> None:
    """NaN is neither right nor calibrated, and breaks no judgement."""
    table = answers(USUAL[:20])
    table[:500] = np.nan
    found = judged(table)
    assert found.verdict is Ruling.REJECT
    assert {"not_better", "worse_calibration"} <= codes(found)
    json.dumps(found.to_json(), allow_nan=False)


def test_thresholds_have_to_be_fitted() -> None:
    """A bundle that accepts nothing takes no letter for a digit, and is refused all the same."""
    candidate = ByHeart(answers(USUAL[:20]), "candidate", Thresholds())
    assert codes(judge(CHAMPION, candidate, holdouts(), timer=quick)) == {"thresholds"}


@pytest.mark.parametrize(
    ("size", "champion_size", "is_refused"),
    [(1_000_000, 1000, False), (1_000_001, 1000, True), (2_000_000, 1_900_000, False)],
)
def test_size_is_limited(size: int, champion_size: int, is_refused: bool) -> None:
    """A megabyte is small enough; beyond that a tenth more than the champion has."""
    champion = ByHeart(answers(USUAL), "champion", size=champion_size)
    found = judge(champion, ByHeart(answers(USUAL[:20]), "candidate", size=size), holdouts(), timer=quick)
    assert codes(found) == ({"too_large"} if is_refused else set())


@pytest.mark.parametrize(("times", "is_refused"), [((0.1, 0.3), False), ((0.1, 0.31), True), ((0.4, 0.6), False)])
def test_time_is_limited(times: tuple[float, float], is_refused: bool) -> None:
    """0.3 ms is fast enough; beyond that half as much again as the champion takes."""
    said = dict(zip(("champion", "candidate"), times, strict=True))
    candidate = ByHeart(answers(USUAL[:20]), "candidate")
    found = judge(CHAMPION, candidate, holdouts(), timer=lambda reader: said[reader.bundle.card.sha256])
    assert codes(found) == ({"too_slow"} if is_refused else set())


def test_limits_are_the_operators() -> None:
    """Whoever asks for more gets more: seven fixed are not enough at one in a thousand."""
    assert codes(judged(answers(USUAL[7:]), limits=Limits(alpha=0.001))) == {"not_better"}


def test_a_judgement_survives_json() -> None:
    """What was kept is what was found, refused or promoted."""
    for table in (answers(USUAL[:20]), answers(USUAL), answers(range(90))):
        found = judged(table)
        again = Judgement.from_json(json.loads(json.dumps(found.to_json(), allow_nan=False)))
        assert again == found
        assert (again.verdict, again.words) == (found.verdict, found.words)


def without(name: str) -> Callable[[dict], object]:
    return lambda data: {key: value for key, value in data.items() if key != name}


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: None,
        lambda data: [],
        lambda data: "promote",
        without("reasons"),
        without("verdict"),
        without("format"),
        lambda data: {**data, "format": 2},
        lambda data: {**data, "verdict": "promote"},
        lambda data: {**data, "verdict": "perhaps"},
        lambda data: {**data, "champion": 5},
        lambda data: {**data, "reasons": 7},
        lambda data: {**data, "reasons": [None]},
        lambda data: {**data, "reasons": []},
        lambda data: {**data, "reasons": [{**data["reasons"][0], "numbers": {"p": "small"}}]},
        lambda data: {**data, "reasons": [{**data["reasons"][0], "numbers": {"p": True}}]},
        lambda data: {**data, "reasons": [{**data["reasons"][0], "numbers": {"p": float("nan")}}]},
        lambda data: {**data, "reasons": [{**data["reasons"][0], "ruling": "nothing"}]},
    ],
)
def test_a_damaged_judgement_is_refused(spoil: Callable[[dict], object]) -> None:
    """What is no judgement, or says another verdict than its reasons, is not taken for one."""
    kept = judged(answers(USUAL)).to_json() | {"verdict": "reject"}
    if spoil(kept) == {**kept, "reasons": []}:
        kept["verdict"] = "promote"  # that of no reasons is to refuse
    with pytest.raises(DataError):
        Judgement.from_json(spoil(kept))


def test_without_reasons_nothing_is_promoted() -> None:
    """A judgement that found nothing has judged nothing."""
    assert Judgement("a", "b", ()).verdict is Ruling.REJECT


def test_holdouts_hold_what_they_say() -> None:
    """A letter among digits, a digit among letters and a slice of another length are refused."""
    for wrong in ({"drawn": drawn(np.full(5, NO_DIGIT))}, {"mnist": drawn([-1])}, {"others": drawn([3])}):
        with pytest.raises(DataError):
            Holdouts(**{"drawn": drawn([1]), "mnist": drawn([1]), "others": drawn([10]), **wrong})
    with pytest.raises(DataError, match="first"):
        Holdouts(drawn([1]), drawn([1]), drawn([10]), slices={"first": np.zeros(2, bool)})
