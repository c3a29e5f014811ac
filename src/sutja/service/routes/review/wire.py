"""The bodies of `/api/review`: what an operator's page sends and gets."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, StringConstraints

from sutja.sample import SampleState
from sutja.service.gifts import whole
from sutja.service.wire import Body

AT_ONCE = 500
"""Samples that are labelled or refused in one request."""

SampleId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
SamplePlace = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,17}-[A-Za-z0-9]{1,64}$")]
"""Where a page of samples begins, as the page before named it."""
Sha = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Reason = Annotated[str, StringConstraints(max_length=1_000), AfterValidator(str.strip)]
Digit = Annotated[int, Field(ge=0, le=9, strict=True), BeforeValidator(whole)]


class Credentials(Body):
    """Who somebody says to be, and the proof."""

    name: str = Field(min_length=1, max_length=64)
    password: str = Field(min_length=1, max_length=1_000, repr=False)


class Me(BaseModel):
    """Who is logged in."""

    name: str


class Queue(StrEnum):
    """Which samples are asked for."""

    QUARANTINED = "quarantined"
    """The champion strongly disagrees with the label."""
    DISPUTED = "disputed"
    """Giver and champion disagree, and nobody has looked."""
    DOUBTFUL = "doubtful"
    """The champion was unsure, and nobody has looked."""
    NEW = "new"
    """Nobody has looked."""
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class ReviewSample(BaseModel):
    """One sample, without who gave it: that must not sway whoever labels it."""

    id: str
    glyph: str = Field(description="The 28x28 that the model saw: base64 of 784 bytes by row, ink bright.")
    label: int | None = Field(description="What it is said to be; null where it is said to be no digit.")
    read: int | None = Field(description="What was read when it was given; null where that was no digit.")
    is_read: bool = Field(description="Whether anything was read; otherwise nobody knows what the champion thinks.")
    confidence: float | None
    state: SampleState
    day: date
    has_drawing: bool = Field(description="Whether more is kept of it than the glyph: strokes, or a picture.")


class ReviewPage(BaseModel):
    """Some samples of a queue, oldest first."""

    samples: list[ReviewSample]
    after: str | None = Field(description="Where the next page begins; null at the end.")


class QueueCounts(BaseModel):
    """How many samples wait in each queue that can be counted at once."""

    quarantined: int
    disputed: int
    new: int
    accepted: int
    rejected: int


class Act(BaseModel):
    """What was said of a label, and when."""

    label: int | None
    by: str
    at: datetime


class Told(BaseModel):
    """All that is known of one sample."""

    sample: ReviewSample
    labels: list[Act] = Field(description="Every label, oldest first.")


class Deed(Body):
    """What is to become of one sample.

    `label` says what it is (null: no digit) and accepts it; `reject` keeps it from learning; `restore` takes either
    back: it gives the sample the label and the state that it had.
    """

    id: SampleId
    act: Literal["label", "reject", "restore"]
    label: Digit | None = None
    state: SampleState = SampleState.ACCEPTED


class Deeds(Body):
    """Several at once."""

    samples: list[Deed] = Field(min_length=1, max_length=AT_ONCE)


class Done(BaseModel):
    """What came of it."""

    done: int
    gone: list[str] = Field(description="Those that are no longer there: their givers took them back, or they expired.")


class ModelSummary(BaseModel):
    """A model as a list shows it."""

    sha: str
    origin: str
    added: datetime
    role: str = Field(description="`champion`, `candidate` or `past`.")
    verdict: str | None = Field(description="The gate's newest on it beside the champion of now; null without one.")
    network: str | None = Field(description="Null where the card is damaged, as are the two below.")
    parameters: int | None
    scores: dict[str, float] | None = Field(description="The accuracy on each set that the card names.")


class PromotionEntry(BaseModel):
    """A champion that began."""

    generation: int
    sha: str
    kind: str
    by: str
    reason: str
    at: datetime


class Models(BaseModel):
    """All models, newest first, and the one that reads."""

    generation: int
    champion: str
    since: datetime
    models: list[ModelSummary]
    history: list[PromotionEntry] = Field(description="All champions, newest first.")


class DecisionEntry(BaseModel):
    """A verdict on a candidate, as it was kept."""

    id: int
    at: datetime
    cycle: str | None
    champion: str
    candidate: str
    verdict: str
    by: str
    reason: str
    numbers: dict[str, Any]


class ModelDetail(BaseModel):
    """All that is known of one model."""

    model: ModelSummary
    card: dict[str, Any] | None
    decisions: list[DecisionEntry] = Field(description="Every verdict on it, newest first.")


class Side(BaseModel):
    """What one model read."""

    digit: int | None
    verdict: str
    confidence: float


class Changed(BaseModel):
    """A digit that changed sides."""

    id: str
    glyph: str
    label: int | None
    champion: Side
    candidate: Side


class Changes(BaseModel):
    """On which samples champion and candidate differ; of sources that no model is trained on."""

    champion: str
    candidate: str
    count: int = Field(description="Samples that both have read.")
    is_whole: bool = Field(description="Whether these were all; otherwise the newest.")
    fixed: list[Changed] = Field(description="Read wrongly by the champion, rightly by the candidate.")
    broken: list[Changed] = Field(description="The other way round.")
    otherwise: list[Changed] = Field(description="Read wrongly by both, and not alike.")


class Wanted(Body):
    """A change of champion: `generation` is the one that the page has seen."""

    generation: int = Field(ge=0)
    reason: Reason = ""


class Champion(BaseModel):
    """The champion."""

    generation: int
    sha: str
    since: datetime
