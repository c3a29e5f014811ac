"""`/api/review/models`: which models there are, what the gate said of them, and which one reads."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Annotated

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Depends, Path, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from sutja.errors import BundleError
from sutja.reader import Reader
from sutja.secret import secret_of
from sutja.service import doors
from sutja.service.bodies import answer
from sutja.service.routes.review import sides
from sutja.service.routes.review.wire import (
    Champion,
    Changes,
    DecisionEntry,
    ModelDetail,
    Models,
    ModelSummary,
    PromotionEntry,
    Sha,
    Wanted,
)
from sutja.service.schema import refusals
from sutja.store import Active, Decision, Kept, Store

OPERATOR = "operator:"
DECISIONS_MAX = 50

Operator = Annotated[str, Depends(doors.operator)]
FreshOperator = Annotated[str, Depends(doors.fresh_operator)]
ModelSha = Annotated[Sha, Path(description="The sha-256 of a model in the store.")]


_plain = APIRouter(prefix="/api/review", tags=["review"])


def router() -> APIRouter:
    """Return the routes; one pair of models at a time is compared, whoever asks."""
    routes = APIRouter(prefix="/api/review", tags=["review"])
    comparisons = CapacityLimiter(1)

    @routes.get(
        "/models/{sha}/changes",
        summary="Show which digits change sides",
        response_model=Changes,
        response_description="The samples that champion and candidate read otherwise.",
        responses=refusals(401, 404, 409, 422),
    )
    async def review_changes(request: Request, _: Operator, sha: ModelSha) -> Response:
        """Have champion and model read the samples of the sources that no model is trained on, and compare."""
        return answer(await to_thread.run_sync(partial(_changes, request, sha), limiter=comparisons))

    both = APIRouter()
    for each in (routes, _plain):
        both.include_router(each)
    return both


def _changes(request: Request, sha: str) -> Changes:
    store = doors.store_of(request)
    _known(store, sha)
    active, reader = store.bundles.active(), request.app.state.reader
    with _whole():
        champion = reader if reader.bundle.card.sha256 == active.sha else Reader(store.bundles.load(active.sha))
        candidate = Reader(store.bundles.load(sha))
    samples, is_whole = sides.held_out(store, secret_of(request.app.state.settings.home))
    return sides.changes(champion, candidate, samples, is_whole=is_whole)


@_plain.get(
    "/models",
    summary="List the models",
    response_model=Models,
    response_description="All of them.",
    responses=refusals(401),
)
def review_models(request: Request, _: Operator) -> Response:
    """List all models, newest first, with what the gate said of each beside the champion of now."""
    store = doors.store_of(request)
    active = store.bundles.active()
    verdicts = store.decisions.of_the_gate(active.sha)
    return answer(
        Models(
            generation=active.generation,
            champion=active.sha,
            since=active.since,
            models=[_summary(kept, verdicts) for kept in store.bundles.list()],
            history=[
                PromotionEntry(
                    generation=each.generation, sha=each.sha, kind=each.kind, by=each.by, reason=each.reason, at=each.at
                )
                for each in reversed(store.bundles.history())
            ],
        )
    )


@_plain.get(
    "/models/{sha}",
    summary="Tell all about a model",
    response_model=ModelDetail,
    response_description="Its card, and the verdicts on it.",
    responses=refusals(401, 404, 422),
)
def review_model(request: Request, _: Operator, sha: ModelSha) -> Response:
    """Tell how a model was made and what it scores, as its card has it, and every verdict on it."""
    store = doors.store_of(request)
    kept = _known(store, sha)
    decisions = store.decisions.list(limit=DECISIONS_MAX, candidate=sha)
    return answer(
        ModelDetail(
            model=_summary(kept, store.decisions.of_the_gate(store.bundles.active().sha)),
            card=None if kept.card is None else kept.card.to_json(),
            decisions=[_entry(each) for each in decisions],
        )
    )


@_plain.post(
    "/models/{sha}/promote",
    summary="Promote a model",
    response_model=Champion,
    response_description="The champion from now on.",
    responses=refusals(401, 403, 404, 409, 422),
)
def review_promote(request: Request, name: FreshOperator, sha: ModelSha, wanted: Wanted) -> Response:
    """Make a model the champion; all replicas follow within seconds.

    Without the gate's `promote` beside the champion of now it takes a written reason, which is kept for ever.
    """
    store = doors.store_of(request)
    _known(store, sha)
    with _whole():
        active = store.bundles.promote_by_hand(sha, wanted.generation, f"{OPERATOR}{name}", wanted.reason)
    return answer(_champion(active))


@_plain.post(
    "/rollback",
    summary="Roll back",
    response_model=Champion,
    response_description="The champion from now on.",
    responses=refusals(401, 403, 409, 422),
)
def review_rollback(request: Request, name: FreshOperator, wanted: Wanted) -> Response:
    """Make the champion before this one champion again; all replicas follow within seconds."""
    store = doors.store_of(request)
    with _whole():
        active = store.bundles.rollback(f"{OPERATOR}{name}", wanted.reason, expected_generation=wanted.generation)
    return answer(_champion(active))


@contextmanager
def _whole() -> Iterator[None]:
    """Say of a damaged bundle that it is one: that is no fault of the service."""
    try:
        yield
    except BundleError as error:
        raise HTTPException(409, str(error)) from error


def _known(store: Store, sha: str) -> Kept:
    kept = store.bundles.get(sha)
    if kept is None:
        raise HTTPException(404, "Expected the sha-256 of a model in the store. Received another.")
    return kept


def _summary(kept: Kept, verdicts: Mapping[str, str]) -> ModelSummary:
    card = kept.card
    return ModelSummary(
        sha=kept.sha,
        origin=kept.origin,
        added=kept.added,
        role=kept.role,
        verdict=verdicts.get(kept.sha),
        network=None if card is None else card.network,
        parameters=None if card is None else card.parameters,
        scores=None if card is None else {name: score.accuracy for name, score in card.scores.items()},
    )


def _entry(decision: Decision) -> DecisionEntry:
    return DecisionEntry(
        id=decision.id,
        at=decision.at,
        cycle=decision.cycle,
        champion=decision.champion,
        candidate=decision.candidate,
        verdict=decision.verdict,
        by=decision.by,
        reason=decision.reason,
        numbers=decision.numbers,
    )


def _champion(active: Active) -> Champion:
    return Champion(generation=active.generation, sha=active.sha, since=active.since)
