"""The report on drift: the samples of the last days beside the champion's card, and beside the time before.

Owns the windows, and which profile a drawing is compared with. What is seen are the samples that people gave, for no
other drawing is kept: who gives one has mostly just been read wrongly, so that their confidence is lower than that of
all readings. The time before has the same bias.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import Self

import numpy as np
from numpy.typing import NDArray

from sutja import drift
from sutja.bundle import Card
from sutja.drift import Drift, Kind, Profile, Rate
from sutja.errors import DataError
from sutja.sample import PIN_SOURCE, GlyphBytes, Sample
from sutja.service.routes.review.learning_wire import Corrections, DriftEntry, DriftReport, KindDrift
from sutja.store import Store, Wanted

COUNT_MAX = 2_000
"""The newest of a window: more would tell the same."""
BEFORE = 4
"""The time before is so many times as long as the window."""


def drift_report(store: Store, card: Card, days: int) -> DriftReport:
    """Return how the samples of the last days look, beside those that the champion was made on."""
    today = store.clock().date()
    now = _came(store, Wanted(from_day=today - timedelta(days=days - 1), is_double=False, newest_first=True))
    start, end = today - timedelta(days=days * (BEFORE + 1) - 1), today - timedelta(days=days)
    before = _came(store, Wanted(from_day=start, to_day=end, is_double=False, newest_first=True))
    references = references_of(card)
    rates = _rate(before), _rate(now)
    return DriftReport.of(
        days=days,
        champion=card.sha256,
        count_min=drift.COUNT_MIN,
        psi_alarm=drift.PSI_ALARM,
        kinds=[_kind(kind, now, before, references) for kind in Kind],
        now=Corrections(count=rates[1].count, corrected=rates[1].corrected),
        before=Corrections(count=rates[0].count, corrected=rates[0].corrected),
        corrections_alarm=drift.has_risen(*rates),
    )


def references_of(card: Card) -> dict[Kind, Profile]:
    """Return the profiles of a card, by kind; none where it has none that can be read."""
    try:
        return {Kind(kind): Profile.from_json(each) for kind, each in card.training[drift.REFERENCE].items()}
    except (KeyError, TypeError, AttributeError, ValueError, DataError):
        return {}


@dataclass(frozen=True, slots=True, eq=False)
class _Came:
    """What counts of one sample: strokes are heavy, and there may be thousands."""

    glyph: GlyphBytes
    kind: Kind
    confidence: float | None
    is_read: bool
    is_corrected: bool

    @classmethod
    def of(cls, sample: Sample) -> Self:
        # The glyph of a PIN is one of strokes; other bare glyphs were imported as pixels.
        kind = Kind.STROKES if sample.ink is not None or sample.source == PIN_SOURCE else Kind.PICTURES
        return cls(sample.glyph, kind, sample.confidence, sample.bundle != "", sample.label != sample.read)


def _came(store: Store, wanted: Wanted) -> list[_Came]:
    return [_Came.of(sample) for sample in islice(store.samples.each(wanted), COUNT_MAX)]


def _kind(kind: Kind, now: Sequence[_Came], before: Sequence[_Came], references: Mapping[Kind, Profile]) -> KindDrift:
    mine, earlier = ([each for each in some if each.kind is kind] for some in (now, before))
    # A model that was trained on pictures alone knows no strokes: then these are what is new to it.
    compared_with = kind if kind in references else next(iter(references), None)
    return KindDrift(
        kind=kind,
        count=len(mine),
        reference=compared_with,
        from_training=None if compared_with is None else _entries(references[compared_with], mine),
        from_before=_entries(Profile.of(*_seen(earlier)), mine) if _is_enough(earlier) else None,
    )


def _is_enough(came: Sequence[_Came]) -> bool:
    return sum(each.confidence is not None for each in came) >= drift.COUNT_MIN


def _entries(reference: Profile, came: Sequence[_Came]) -> list[DriftEntry]:
    return [_entry(each) for each in drift.compared(reference, *_seen(came))]


def _seen(came: Sequence[_Came]) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """Return their glyphs, and how sure those readings were that are known."""
    glyphs = np.array([each.glyph for each in came], np.float32).reshape(-1, 28, 28) / np.float32(255)
    return glyphs, np.array([each.confidence for each in came if each.confidence is not None], np.float64)


def _entry(found: Drift) -> DriftEntry:
    return DriftEntry(
        feature=found.feature,
        count=found.count,
        psi=round(found.psi, 4),
        is_alarming=found.is_alarming,
        edges=list(found.edges),
        expected=list(found.expected),
        found=list(found.found),
    )


def _rate(came: Sequence[_Came]) -> Rate:
    """Count the corrections among those that were read: what a PIN's digit was read as is not kept."""
    read = [each for each in came if each.is_read]
    return Rate(sum(each.is_corrected for each in read), len(read))
