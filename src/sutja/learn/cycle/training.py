"""Training a candidate: from the champion, or anew where it is no network of ours."""

import shutil
from dataclasses import replace
from pathlib import Path

from sutja.bundle import Bundle
from sutja.errors import BundleError
from sutja.learn.cycle import given as gifts
from sutja.learn.cycle.parts import diet_of, to_train
from sutja.learn.cycle.turn import Tuning, Turn
from sutja.learn.dataset import archives
from sutja.learn.plan import Network, Plan
from sutja.learn.restore import is_restorable
from sutja.learn.train import train


def trained(turn: Turn) -> Bundle:
    """Return the candidate of this cycle, trained now or by a try before this one."""
    if (turn.training / "card.json").exists():
        try:
            return Bundle.load(turn.training)  # the card is written last: it came to its end
        except BundleError:
            turn.say("The candidate of an earlier try is damaged: training it again.")
    shutil.rmtree(turn.training, ignore_errors=True)
    learnt, _ = gifts.sides(gifts.still_used(turn.store, turn.cycle.id), turn.secret)
    return candidate_of(turn, learnt, turn.training)


def plan_of(champion: Bundle, tuning: Tuning) -> Plan:
    """Return how a candidate is trained: on from the champion's weights, or anew where those are no network of ours.

    Its last epoch is kept. The base data would rather keep the first: what is given costs them a little, at any time.
    """
    anew = Plan(diet=diet_of(champion), patience=None, seed=tuning.seed)
    if tuning.is_from_scratch or not is_restorable(champion):
        return anew
    return replace(
        anew,
        network=Network(champion.card.network),
        start=champion.card.sha256,
        epochs=tuning.epochs,
        learning_rate=tuning.learning_rate,
        augment=tuning.augment,
    )


def candidate_of(turn: Turn, learnt: gifts.Gathered, folder: Path) -> Bundle:
    """Train a candidate on base data and these samples, into a new folder. Ctrl-C leaves no candidate."""
    champion = turn.store.bundles.load(turn.result("collect")["champion"])
    plan = plan_of(champion, turn.tuning)
    is_fresh = plan.start is None
    turn.gather(archives(plan.diet))
    turn.say("Making what is trained on (some minutes where it is the mixed diet).")
    parts = to_train(turn.data, plan.diet, learnt.given, None if is_fresh else turn.tuning.base_count)
    outcome = train(plan, turn.data, folder, turn.watch, start=None if is_fresh else champion, parts=parts)
    if outcome.is_interrupted:
        shutil.rmtree(folder)
        raise KeyboardInterrupt
    return outcome.bundle
