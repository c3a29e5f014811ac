"""Running a cycle: one step or all that are left, under a lease that is renewed meanwhile.

Owns the lease: a second cycle finds it held and leaves; one whose process died is taken over once it ran out.
"""

import contextlib
import os
import secrets
import socket
import threading
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any, Self

from sutja.errors import ConflictError, StoreError, TooFewError
from sutja.learn.cycle.steps import STEPS, Result
from sutja.learn.cycle.turn import Tuning, Turn
from sutja.store import Cycle, CycleState, Store

LEASE_S = 120.0
BEAT_S = 30.0
ENDS = {"promote": CycleState.PROMOTED, "reject": CycleState.REJECTED, "hold": CycleState.HELD}


def holder() -> str:
    """Return a name for this process that no other has."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"


def begin(store: Store, name: str, trigger: str, params: Mapping[str, Any], asked: Collection[str] = ()) -> Cycle:
    """Begin a cycle, or take over one that was left. Raises `ConflictError` while another process has one.

    `params` are fields of `Tuning`; a cycle that is taken over keeps its own. Where these differ in what somebody has
    `asked` for, that raises `ConflictError` too: what is asked for is done or refused.
    """
    cycle = store.cycles.begin(name, lease_s=LEASE_S, trigger=trigger, params=params)
    kept = Tuning(**cycle.params)
    if all(getattr(kept, each) == params[each] for each in asked):
        return cycle
    store.cycles.release(cycle.id, name)
    raise ConflictError(
        f"Expected no cycle that was begun with other options. Received {cycle.id}, which was left unfinished: go on "
        f"with it without options, or end it first: sutja learn --abandon {cycle.id}."
    )


def go_on(store: Store, cycle: str, name: str) -> Cycle:
    """Go on with a cycle. Raises `StoreError` where there is none, `ConflictError` while another process has it."""
    return store.cycles.resume(cycle, name, lease_s=LEASE_S)


class Running:
    """A turn whose steps are run, from `with` to its end, when the lease is given back."""

    def __init__(self, turn: Turn, told: Callable[[str, Result], object] = lambda *_: None) -> None:
        """Run the steps of `turn`; `told` hears what each came to."""
        self._turn, self._told = turn, told
        self._is_over = threading.Event()
        self._beats = threading.Thread(target=self._beat, name="cycle lease", daemon=True)

    def __enter__(self) -> Self:
        """Begin to renew the lease."""
        self._beats.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Give the lease back, if the cycle is not over."""
        self._is_over.set()
        self._beats.join()
        cycle = self._turn.cycle
        if cycle.finished is None:
            with contextlib.suppress(StoreError):  # it was taken over, or the lease runs out by itself
                self._turn.store.cycles.release(cycle.id, cycle.holder)

    def all(self) -> Cycle:
        """Run the steps that have no result yet, in their order."""
        for name in STEPS:
            if name not in self._turn.cycle.results:
                self.step(name)
        return self._turn.cycle

    def step(self, name: str) -> Result:
        """Run one step, or return what it came to. Raises `StoreError` where one before it has no result.

        Where it finds too few samples the cycle ends, held, and that raises `TooFewError`.
        """
        results = self._turn.cycle.results
        if name not in results:
            missing = [each for each in list(STEPS)[: list(STEPS).index(name)] if each not in results]
            if missing:
                raise StoreError(f"Expected the steps before {name} to be done. Received a cycle without {missing[0]}.")
            self._turn.say(f"{name}")
            try:
                found = STEPS[name](self._turn)
            except TooFewError as error:
                self._end(CycleState.HELD, str(error))
                raise
            cycle = self._turn.store.cycles.record(
                self._turn.cycle.id, self._turn.cycle.holder, name, found, lease_s=LEASE_S
            )
            self._turn = replace(self._turn, cycle=cycle)
        found = self._turn.result(name)
        self._told(name, found)
        if name == list(STEPS)[-1]:
            self._finish()
        return found

    def _finish(self) -> None:
        if self._turn.cycle.finished is None:
            outcome = self._turn.result("promote")
            self._end(ENDS[outcome["verdict"]], outcome.get("why", ""))

    def _end(self, state: CycleState, note: str) -> None:
        cycle = self._turn.cycle
        self._turn = replace(self._turn, cycle=self._turn.store.cycles.finish(cycle.id, cycle.holder, state, note))

    def _beat(self) -> None:
        """Renew the lease; what fails here is noticed by the step that records its result."""
        while not self._is_over.wait(BEAT_S):
            try:
                self._turn.store.cycles.beat(self._turn.cycle.id, self._turn.cycle.holder, lease_s=LEASE_S)
            except StoreError:
                continue
