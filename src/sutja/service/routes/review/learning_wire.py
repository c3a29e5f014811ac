"""The bodies of `/api/review` that tell of learning: what was given, which cycles ran, and what has drifted."""

from datetime import datetime
from typing import Any, Self

from pydantic import BaseModel, Field

from sutja.service.routes.review.wire import Reason
from sutja.service.wire import Body


class Paused(BaseModel):
    """Who stopped the learning, when and why."""

    by: str
    reason: str
    at: datetime


class PauseWish(Body):
    """Why the learning is to stop."""

    reason: Reason = ""


class Count(BaseModel):
    """How many samples there are of a name, of how many something was read, and in how many of these the label."""

    name: str
    count: int
    read: int
    agreed: int


class Others(Count):
    """What all other sources gave together."""

    sources: int = Field(description="How many these are.")


class CycleEntry(BaseModel):
    """One turn of learning."""

    id: str
    state: str
    trigger: str
    started: datetime
    finished: datetime | None
    note: str


class Overview(BaseModel):
    """What was gathered, and what becomes of it."""

    days: list[Count]
    labels: list[Count]
    sources: list[Count] = Field(description="The fifty that gave most, most first.")
    others: Others | None = Field(description="Null where these are all.")
    sayers: list[Count] = Field(
        description="Labels by who gave them, `giver` or an operator; agreed: how many of them are what was read."
    )
    fresh: int = Field(description="Samples that no cycle has counted yet.")
    learn_new: int = Field(description="So many of them start a cycle.")
    paused: Paused | None
    cycles: list[CycleEntry] = Field(description="Newest first.")
    warnings: list[str] = Field(description="What the store has to say of its database.")


class DriftEntry(BaseModel):
    """One feature of incoming drawings beside what was expected."""

    feature: str
    count: int
    psi: float
    is_alarming: bool
    edges: list[float] = Field(description="Inner edges of the bins, rising.")
    expected: list[float] = Field(description="The share of each bin, one more than edges.")
    found: list[float]


class KindDrift(BaseModel):
    """How far the drawings of one kind are from what the champion was made on, and from those of the time before."""

    kind: str = Field(description="`strokes` or `pictures`.")
    count: int
    from_training: list[DriftEntry] | None = Field(description="Null where the champion's card has no reference.")
    reference: str | None = Field(description="The kind with which it is compared: a model may know one kind only.")
    from_before: list[DriftEntry] | None = Field(description="Null where too few came before.")

    @property
    def deciding(self) -> list[DriftEntry]:
        """What tells whether it is alarming: beside the training or, where no reference is known, the time before."""
        known = self.from_before if self.from_training is None else self.from_training
        return known or []


class Corrections(BaseModel):
    """How many readings givers corrected."""

    count: int
    corrected: int


class DriftReport(BaseModel):
    """Whether what comes in has changed."""

    days: int
    champion: str
    count_min: int = Field(description="Fewer drawings raise no alarm.")
    psi_alarm: float
    kinds: list[KindDrift]
    now: Corrections
    before: Corrections
    corrections_alarm: bool
    is_alarming: bool = Field(
        description="Whether the corrections are, or a feature of `from_training` or, without it, of `from_before`."
    )

    @classmethod
    def of(cls, **parts: Any) -> Self:
        """Return the report; it is alarming where a part of it is."""
        drifts = [each for kind in parts["kinds"] for each in kind.deciding]
        is_alarming = parts["corrections_alarm"] or any(each.is_alarming for each in drifts)
        return cls(**parts, is_alarming=is_alarming)
