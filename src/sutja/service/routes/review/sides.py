"""Which digits change sides: what champion and candidate each read in the samples that neither was trained on."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from sutja.holdout import is_held_out
from sutja.reader import Reader
from sutja.reading import Verdict
from sutja.sample import LEARNABLE, Label, Sample
from sutja.service.routes.review.wire import Changed, Changes, Side
from sutja.store import Store, Wanted

COUNT_MAX = 5_000
"""So many samples are read by both: some seconds."""
LOOKS_MAX = 50_000
"""So many of the newest samples, of whatever source, are looked at for these."""
SHOWN_MAX = 300
"""So many are shown of each group; nobody looks at more."""


def held_out(store: Store, secret: bytes) -> tuple[list[Sample], bool]:
    """Return the newest samples of the sources that no model is trained on, and whether these are all."""
    sources = {source for source in store.samples.sources() if is_held_out(source, secret)}
    if not sources:
        return [], True
    found: list[Sample] = []
    wanted = Wanted(states=LEARNABLE, is_double=False, newest_first=True)
    for count, sample in enumerate(store.samples.each(wanted)):
        if count == LOOKS_MAX or len(found) == COUNT_MAX:
            return found, False
        if sample.source in sources:
            found.append(replace(sample, ink=None, picture=None))  # glyphs are read, and memory stays small
    return found, True


@dataclass(frozen=True, slots=True)
class _Read:
    """What a model read in one glyph: None where it saw no digit."""

    digit: Label
    side: Side


def changes(champion: Reader, candidate: Reader, samples: Sequence[Sample], *, is_whole: bool) -> Changes:
    """Return what changed sides among samples. A sample without a label is read rightly as no digit."""
    both = zip(samples, _read(champion, samples), _read(candidate, samples), strict=True)
    groups: dict[str, list[Changed]] = {"fixed": [], "broken": [], "otherwise": []}
    for sample, before, now in both:
        if before.digit != now.digit:
            groups[_group(sample.label, before.digit, now.digit)].append(_changed(sample, before.side, now.side))
    return Changes(
        champion=champion.bundle.card.sha256,
        candidate=candidate.bundle.card.sha256,
        count=len(samples),
        is_whole=is_whole and all(len(group) <= SHOWN_MAX for group in groups.values()),
        **{name: group[:SHOWN_MAX] for name, group in groups.items()},
    )


def _group(label: Label, before: Label, now: Label) -> str:
    if now == label:
        return "fixed"
    return "broken" if before == label else "otherwise"


def _read(reader: Reader, samples: Sequence[Sample]) -> list[_Read]:
    if not samples:
        return []
    probabilities = reader.probabilities(
        np.stack([each.glyph for each in samples]).astype(np.float32) / np.float32(255)
    )
    verdicts = reader.bundle.card.thresholds.verdicts(probabilities)
    likeliest, confidences = probabilities[:, :10].argmax(1).tolist(), probabilities[:, :10].max(1).tolist()
    digits = [
        None if verdict is Verdict.NOT_A_DIGIT else digit for digit, verdict in zip(likeliest, verdicts, strict=True)
    ]
    return [
        _Read(digit, Side(digit=digit, verdict=verdict, confidence=round(confidence, 6)))
        for digit, verdict, confidence in zip(digits, verdicts, confidences, strict=True)
    ]


def _changed(sample: Sample, before: Side, now: Side) -> Changed:
    glyph = base64.b64encode(sample.glyph.tobytes()).decode()
    return Changed(id=sample.id, glyph=glyph, label=sample.label, champion=before, candidate=now)
