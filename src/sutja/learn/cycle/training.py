"""Training a candidate: from the champion, or anew where it is no network of ours."""

import shutil
from dataclasses import replace
from pathlib import Path

from sutja.bundle import Bundle
from sutja.errors import BundleError
from sutja.learn.cycle import given as gifts
from sutja.learn.cycle.parts import diet_of, to_train
from sutja.learn.cycle.turn import Turn
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


def candidate_of(turn: Turn, learnt: gifts.Gathered, folder: Path) -> Bundle:
    """Train a candidate on base data and these samples, into a new folder. Ctrl-C leaves no candidate."""
    champion = turn.store.bundles.load(turn.result("collect")["champion"])
    tuning = turn.tuning
    is_fresh = tuning.is_from_scratch or not is_restorable(champion)
    plan = Plan(diet=diet_of(champion), seed=tuning.seed)
    if not is_fresh:
        plan = replace(
            plan,
            network=Network(champion.card.network),
            start=champion.card.sha256,
            epochs=tuning.epochs,
            learning_rate=tuning.learning_rate,
            augment=tuning.augment,
        )
    turn.gather(archives(plan.diet))
    turn.say("Making what is trained on (some minutes where it is the mixed diet).")
    parts = to_train(turn.data, plan.diet, learnt.given, None if is_fresh else tuning.base_count)
    outcome = train(plan, turn.data, folder, turn.watch, start=None if is_fresh else champion, parts=parts)
    if outcome.is_interrupted:
        shutil.rmtree(folder)
        raise KeyboardInterrupt
    return outcome.bundle
