"""`/api/review/overview`, `/drift`, `/pause` and `/unpause`: what was gathered, whether it changed, and the cycle."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from sutja.service import doors
from sutja.service.bodies import answer
from sutja.service.routes.review.incoming import drift_report
from sutja.service.routes.review.learning_wire import (
    Count,
    CycleEntry,
    DriftReport,
    Others,
    Overview,
    Paused,
    PauseWish,
)
from sutja.service.schema import refusals
from sutja.store import BySource, Cycle, Pause, Tally

router = APIRouter(prefix="/api/review", tags=["review"])
Operator = Annotated[str, Depends(doors.operator)]
CYCLES_MAX = 20
SOURCES_MAX = 50


@router.get(
    "/overview",
    summary="Tell what was gathered",
    response_model=Overview,
    response_description="Samples by day, label and source, who labelled them, and the last cycles.",
    responses=refusals(401),
)
def review_overview(request: Request, _: Operator) -> Response:
    """Tell how many samples there are, on how many giver and reader agree, and how the last cycles ended."""
    store = doors.store_of(request)
    by_source = store.samples.by_source(SOURCES_MAX)
    return answer(
        Overview(
            days=_counts(store.samples.by_day()),
            labels=_counts(store.samples.by_label()),
            sources=_counts(by_source.largest),
            others=_others(by_source),
            sayers=_counts(store.samples.by_sayer()),
            fresh=store.samples.fresh(),
            learn_new=request.app.state.settings.learn_new,
            paused=_paused(store.cycles.paused()),
            cycles=[_entry(each) for each in store.cycles.list(CYCLES_MAX)],
            warnings=list(store.warnings),
        )
    )


@router.get(
    "/drift",
    summary="Tell whether what comes in has changed",
    response_model=DriftReport,
    response_description="How far the samples of the last days are from what the champion was made on.",
    responses=refusals(401, 422),
)
def review_drift(request: Request, _: Operator, *, days: Annotated[int, Query(ge=1, le=90)] = 7) -> Response:
    """Compare the ink and the confidence of the last days with the champion's training, and with the time before."""
    return answer(drift_report(doors.store_of(request), request.app.state.reader.bundle.card, days))


@router.post("/pause", summary="Pause the learning", status_code=204, responses=refusals(401, 403, 422))
def review_pause(request: Request, name: Operator, wish: PauseWish) -> Response:
    """Begin no cycle until somebody lets it go on; one that runs promotes nothing."""
    doors.store_of(request).cycles.pause(f"operator:{name}", wish.reason)
    return Response(status_code=204, headers={"Cache-Control": "no-store"})


@router.post("/unpause", summary="Let the learning go on", status_code=204, responses=refusals(401, 403))
def review_unpause(request: Request, name: Operator) -> Response:
    """Let cycles begin again."""
    doors.store_of(request).cycles.unpause(f"operator:{name}")
    return Response(status_code=204, headers={"Cache-Control": "no-store"})


def _counts(tallies: Iterable[Tally]) -> list[Count]:
    return [Count(**asdict(each)) for each in tallies]


def _others(found: BySource) -> Others | None:
    return None if found.others is None else Others(sources=found.other_count, **asdict(found.others))


def _paused(pause: Pause | None) -> Paused | None:
    return None if pause is None else Paused(by=pause.by, reason=pause.reason, at=pause.at)


def _entry(cycle: Cycle) -> CycleEntry:
    return CycleEntry(
        id=cycle.id,
        state=cycle.state,
        trigger=cycle.trigger,
        started=cycle.started,
        finished=cycle.finished,
        note=cycle.note,
    )
