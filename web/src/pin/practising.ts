/** Practice, with digits that are no secret: it says what was read, and what went wrong. */

import type { Utterance } from "../language/phrase";
import { type Effect, emptied, exerciseOf, isOpen, type Outcome, say, type State, type Step } from "./state";

export function practising(state: State, kind: "practice" | "practiceEnd"): Step {
  const forget: Effect = { do: "forget", places: "all" };
  if (kind === "practice" && isOpen(state)) {
    const practice: State = { ...emptied(state), phase: "practice", at: null };
    return after([forget], say(practice, ["practice_start"], ["practice_draw", { digit: exerciseOf(practice.exercise) }]));
  }
  if (kind === "practiceEnd" && state.phase === "practice") {
    return after([forget], say(emptied(state), ["practice_end"], ["begin", { count: state.marks.length }]));
  }
  return [state, []];
}

/** After a right one comes another digit; any other is to be drawn again. */
export function practiced(state: State, outcome: Outcome): Step {
  if (state.phase !== "practice") return [state, []];
  if (outcome.kind !== "right") return after([{ do: "sound", sound: "again" }], say(state, ...wrong(outcome)));
  const next: State = { ...state, exercise: state.exercise + 1 };
  const said: Utterance[] = [["practice_right", { digit: outcome.digit }], ["practice_draw", { digit: exerciseOf(next.exercise) }]];
  return after([{ do: "soundAccepted", place: 0 }], say(next, ...said));
}

/** Why it may have been so comes first: what was read is what is shown. */
function wrong(outcome: Exclude<Outcome, { kind: "right" }>): Utterance[] {
  if (outcome.kind === "none") return [...outcome.hints, ["practice_no_digit"]];
  const { digit, other } = outcome;
  if (outcome.kind === "other") return [["practice_other", { digit, other }]];
  return [...outcome.hints, ["practice_unsure", { digit, other }]];
}

function after(before: readonly Effect[], [state, effects]: Step): Step {
  return [state, [...before, ...effects]];
}
