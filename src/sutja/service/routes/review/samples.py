"""`/api/review/samples`: what givers and champion disagree on, to look at and to decide."""

import base64
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from sutja.sample import Label, Sample, SampleState
from sutja.service import doors
from sutja.service.bodies import answer
from sutja.service.routes.review.drawing import png_of
from sutja.service.routes.review.wire import (
    Act,
    Deed,
    Deeds,
    Done,
    Queue,
    QueueCounts,
    ReviewPage,
    ReviewSample,
    SampleId,
    SamplePlace,
    Told,
)
from sutja.service.schema import refusals
from sutja.store import Store, Wanted

LOOKS_MAX = 40
"""So many pages are searched for doubtful samples in one request, before it says where to go on."""

router = APIRouter(prefix="/api/review/samples", tags=["review"])
Operator = Annotated[str, Depends(doors.operator)]
Id = Annotated[SampleId, Path(description="The id of a sample.")]

_UNSEEN = (SampleState.NEW,)
_OPEN = (SampleState.NEW, SampleState.QUARANTINED)
_QUEUES: dict[Queue, dict[str, Any]] = {
    Queue.QUARANTINED: {"states": (SampleState.QUARANTINED,)},
    Queue.DISPUTED: {"states": _OPEN, "is_disputed": True},
    Queue.DOUBTFUL: {"states": _UNSEEN},
    Queue.NEW: {"states": _UNSEEN},
    Queue.ACCEPTED: {"states": (SampleState.ACCEPTED,)},
    Queue.REJECTED: {"states": (SampleState.REJECTED,)},
}


@router.get(
    "",
    summary="List samples to review",
    response_model=ReviewPage,
    response_description="Some of them.",
    responses=refusals(401, 422),
)
def review_samples(
    request: Request,
    _: Operator,
    *,
    queue: Queue = Queue.QUARANTINED,
    after: Annotated[SamplePlace | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 60,
) -> Response:
    """List the samples of a queue, oldest first, a page at a time. A sample that repeats another is not listed."""
    store = doors.store_of(request)
    unsure_below = request.app.state.reader.bundle.card.thresholds.unsure_below if queue is Queue.DOUBTFUL else None
    found, after = _page(store, Wanted(**_QUEUES[queue], is_double=False), after, limit, unsure_below)
    return answer(ReviewPage(samples=[_shown(each) for each in found], after=after))


def _page(
    store: Store, wanted: Wanted, after: str | None, limit: int, unsure_below: float | None
) -> tuple[list[Sample], str | None]:
    """Return at most `limit` samples and where to go on; with a threshold those alone that were read less surely."""
    found: list[Sample] = []
    for _ in range(1 if unsure_below is None else LOOKS_MAX):
        page = store.samples.page(wanted, after, limit - len(found))
        found += page.samples if unsure_below is None else _doubtful(page.samples, unsure_below)
        after = page.after
        if after is None or len(found) >= limit:
            break
    return found, after


def _doubtful(samples: Sequence[Sample], unsure_below: float) -> list[Sample]:
    return [each for each in samples if each.confidence is not None and each.confidence < unsure_below]


@router.get(
    "/counts",
    summary="Count the samples to review",
    response_model=QueueCounts,
    response_description="How many wait.",
    responses=refusals(401),
)
def review_counts(request: Request, _: Operator) -> Response:
    """Count the samples of each queue. How many are doubtful is not counted: that would take a look at each."""
    count = doors.store_of(request).samples.count
    counted = {queue.value: count(Wanted(**_QUEUES[queue], is_double=False)) for queue in Queue}
    del counted[Queue.DOUBTFUL.value]
    return answer(QueueCounts(**counted))


@router.get(
    "/{id}",
    summary="Tell all about a sample",
    response_model=Told,
    response_description="The sample, and what was said of it.",
    responses=refusals(401, 404, 422),
)
def review_sample(request: Request, _: Operator, id: Id) -> Response:  # noqa: A002  # as the path has it
    """Tell what a sample is said to be, by whom and when."""
    sample = _known(request, id)
    said = doors.store_of(request).samples.labels(id)
    return answer(Told(sample=_shown(sample), labels=[Act(label=each.label, by=each.by, at=each.at) for each in said]))


@router.get(
    "/{id}/picture",
    summary="Draw a sample",
    response_class=Response,
    responses={
        200: {
            "description": "What was drawn, dark on light.",
            "content": {"image/png": {"schema": {"type": "string", "format": "binary"}}},
        },
        **refusals(401, 404, 422),
    },
)
def review_picture(request: Request, _: Operator, id: Id) -> Response:  # noqa: A002  # as the path has it
    """Draw a sample anew: its strokes, the ink of its picture, or where neither was kept its glyph.

    Nothing that the giver sent is handed on as it was.
    """
    return Response(png_of(_known(request, id)), headers={"Cache-Control": "private, no-store"}, media_type="image/png")


@router.post(
    "",
    summary="Label or reject samples",
    response_model=Done,
    response_description="What came of it.",
    responses=refusals(401, 403, 422),
)
def review(request: Request, name: Operator, deeds: Deeds) -> Response:
    """Label, reject or restore many samples at once. Each may be done again: the last word counts."""
    samples, by = doors.store_of(request).samples, f"operator:{name}"
    deeds_by_id = {deed.id: deed for deed in deeds.samples}
    known = {each.id for each in samples.each(Wanted(ids=tuple(deeds_by_id)))}
    groups: dict[tuple[bool, Label, SampleState], list[str]] = {}
    for deed in deeds_by_id.values():
        if deed.id in known:
            groups.setdefault(_group(deed), []).append(deed.id)
    for (says_what, label, state), ids in groups.items():
        if says_what:
            samples.label(ids, label, by, state)
        else:
            samples.move(ids, state, by)
    return answer(Done(done=len(known), gone=[each for each in deeds_by_id if each not in known]))


def _group(deed: Deed) -> tuple[bool, Label, SampleState]:
    """Return whether a deed says what its sample is, what that is, and what becomes of the sample."""
    if deed.act == "reject":
        return False, None, SampleState.REJECTED
    return True, deed.label, deed.state if deed.act == "restore" else SampleState.ACCEPTED


def _known(request: Request, name: str) -> Sample:
    sample = doors.store_of(request).samples.get(name)
    if sample is None:
        raise HTTPException(404, "Expected the id of a sample that is there. Received another.")
    return sample


def _shown(sample: Sample) -> ReviewSample:
    return ReviewSample(
        id=sample.id,
        glyph=base64.b64encode(sample.glyph.tobytes()).decode(),
        label=sample.label,
        read=sample.read,
        is_read=sample.bundle != "",
        confidence=sample.confidence,
        state=sample.state,
        day=sample.created.date(),
        has_drawing=sample.ink is not None or sample.picture is not None,
    )
