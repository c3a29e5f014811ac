/**
 * Where someone is in entering a PIN: the state of a pure machine, what can happen to it and what may follow. It knows places,
 * never what was drawn or typed at them, so that nothing which is made from it (page, speech, sounds) can tell.
 */

import type { Utterance } from "../language/phrase";

export type Way = "boxes" | "field" | "eyes_free" | "keypad";

/**
 * `start`: a way is to be chosen. `language`: eyes-free, the first touch. `entering`: a place is to be filled. `reading`: all
 * are, and nobody knows yet. `full`: all is sure, and to be confirmed. `handing`: on its way to whoever asked. `ended`: nothing is kept.
 */
export type Phase = "start" | "language" | "entering" | "reading" | "full" | "handing" | "practice" | "done" | "ended";

export type Mark = "empty" | "entered" | "again";

/** What is wrong with drawings: `network`, `busy`: they wait for it, or for a server that takes none just now. `model`: they can't be read here. */
export type Fault = "network" | "busy" | "model";

export interface State {
  readonly phase: Phase;
  readonly way: Way;
  readonly marks: readonly Mark[];
  /** The place to be filled, from 0; null where none is. */
  readonly at: number | null;
  /** The places that are filled, in the order in which they were. */
  readonly order: readonly number[];
  /** How often something had to be asked again. */
  readonly refusals: number;
  readonly hasKeypad: boolean;
  /** Whether digits are spoken: only if it was asked for, and agreed to, since the page was opened for this person. */
  readonly speaksDigits: "no" | "asked" | "yes";
  /** Whether a digit of this PIN is given to learn from: never where the operator does not allow it, else only if that was ticked. */
  readonly gives: "never" | "no" | "yes";
  /** Whether time is about to run out: until somebody is there, or it has. */
  readonly isWarned: boolean;
  readonly fault: Fault | null;
  /** Whether drawings are sent to the server to be read. */
  readonly isSent: boolean;
  /** How many exercises have been done. */
  readonly exercise: number;
  /** What was said last of all that matters; null at first. */
  readonly message: Utterance | null;
}

export type Event =
  | { readonly kind: "open"; readonly way: Way }
  | { readonly kind: "touched" | "languageChosen" | "startOver" | "repeat" | "help" | "confirm" | "cancel" | "speakDigits" | "headphonesGone" | "keypad" | "give" }
  | { readonly kind: "entered"; readonly how: "drawn" | "typed" }
  | { readonly kind: "unclear" }
  | { readonly kind: "enteredWide" }
  | { readonly kind: "read"; readonly rewrite: readonly number[] }
  | { readonly kind: "faulty"; readonly fault: Fault }
  | { readonly kind: "mended" | "slow" }
  | { readonly kind: "sent"; readonly isSent: boolean }
  | { readonly kind: "redo"; readonly place?: number; readonly isInk: boolean }
  | { readonly kind: "holding" | "idle" | "goOn" | "timeOut" | "handed" | "notHanded" | "refused" }
  | { readonly kind: "practice" | "practiceEnd" }
  | { readonly kind: "practiced"; readonly outcome: Outcome };

/** What became of an exercise, whose digit is no secret. */
export type Outcome =
  | { readonly kind: "right"; readonly digit: number }
  | { readonly kind: "other"; readonly digit: number; readonly other: number }
  | { readonly kind: "unsure"; readonly digit: number; readonly other: number; readonly hints: readonly Utterance[] }
  | { readonly kind: "none"; readonly hints: readonly Utterance[] };

/** What is to be done besides. Places are counted from 0. */
export type Effect =
  | { readonly do: "tell" | "add" | "offer"; readonly said: readonly Utterance[] }
  | { readonly do: "tellEntered"; readonly place: number }
  | { readonly do: "sound"; readonly sound: "again" | "redone" | "warning" | "done" }
  | { readonly do: "soundAccepted"; readonly place: number }
  | { readonly do: "forget"; readonly places: readonly number[] | "all" }
  | { readonly do: "read" | "readWide" | "hand" | "leave" };

export type Step = readonly [State, readonly Effect[]];

/** From so many refusals on, keys are offered. */
export const REFUSALS = 2;
/** So long before all is cleared one is warned; WCAG 2.2.1 wants 20 s. */
export const WARNING_S = 20;

export function begin(length: number, canGive = false): State {
  return {
    phase: "start",
    way: "boxes",
    marks: Array.from({ length }, () => "empty"),
    at: null,
    order: [],
    refusals: 0,
    hasKeypad: false,
    speaksDigits: "no",
    gives: canGive ? "no" : "never",
    isWarned: false,
    fault: null,
    isSent: false,
    exercise: 0,
    message: null,
  };
}

/** As at first, for the next one who enters. */
export function anew({ marks, way, isSent, gives }: State): State {
  return { ...begin(marks.length, gives !== "never"), way, isSent };
}

/** Say something, and show the last of it. */
export function say(state: State, ...said: readonly Utterance[]): Step {
  return [{ ...state, message: said.at(-1) ?? state.message }, [{ do: "tell", said }]];
}

/** With nothing entered; what was asked for otherwise stays. */
export function emptied(state: State): State {
  const { marks } = begin(state.marks.length);
  return { ...state, phase: "entering", marks, at: 0, order: [], fault: state.fault === "model" ? "model" : null };
}

/** Whether something can be entered or taken back. */
export function isOpen({ phase }: State): boolean {
  return phase === "entering" || phase === "reading" || phase === "full";
}

/** What is said once all is sure. Who sees the page sees how to confirm. */
export function completed({ way, marks }: State): Utterance {
  return way === "eyes_free" ? ["confirm", { count: marks.length }] : ["full"];
}

/** What is said to someone who asks where they are. */
export function whereabouts(state: State): Utterance[] {
  const { phase, marks, at, order, exercise } = state;
  if (phase === "practice") return [["practice_draw", { digit: exerciseOf(exercise) }]];
  if (phase === "full") return [completed(state)];
  if (!["entering", "reading"].includes(phase)) return [["touch_to_begin"]];
  const entered: Utterance = ["state", { entered: order.length, count: marks.length }];
  return at === null ? [entered] : [entered, ["next", { place: at + 1 }]];
}

/** All ten digits, and none after its neighbour. */
const EXERCISES = [3, 7, 1, 4, 0, 8, 5, 2, 6, 9];

export function exerciseOf(count: number): number {
  return EXERCISES[count % EXERCISES.length] ?? 0;
}
