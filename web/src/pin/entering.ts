/** How places are filled, asked again and taken back: the middle of the machine in state.ts. */

import type { Utterance } from "../language/phrase";
import { completed, type Effect, emptied, type Fault, REFUSALS, say, type State, type Step } from "./state";

/** The place to be filled is filled. */
export function entered(state: State, how: "drawn" | "typed"): Step {
  if (state.at === null) return [state, []];
  const { at } = state;
  const marks = state.marks.map((mark, place) => (place === at ? "entered" : mark));
  const next = marks.findIndex((mark) => mark !== "entered");
  const filledState: State = { ...state, marks, order: [...state.order, at], at: next === -1 ? null : next, message: accepted(state, at) };
  const sounds: Effect[] = [{ do: "soundAccepted", place: at }, { do: "tellEntered", place: at }];
  if (next === -1) return [{ ...filledState, phase: "reading" }, [...sounds, { do: "read" }]];
  // Whoever goes on in order needs no telling.
  const isInOrder = next === at + 1 && how === "drawn" && !marks.includes("again");
  return [filledState, isInOrder ? sounds : [...sounds, { do: "add", said: [["next", { place: next + 1 }]] }]];
}

function accepted({ marks }: State, place: number): Utterance {
  return ["accepted", { place: place + 1, count: marks.length }];
}

/** All places are filled at once, by one drawing. */
export function filled(state: State): Step {
  const marks = state.marks.map(() => "entered" as const);
  return [{ ...state, marks, order: [...marks.keys()], at: null, phase: "reading" }, [{ do: "readWide" }]];
}

/** The places to write again are known; none: all is sure. */
export function judged(state: State, rewrite: readonly number[], asking: "redraw" | "draw_again"): Step {
  const count = state.marks.length;
  if (rewrite.length === 0) {
    const said = completed(state);
    // After what is being said of the last place.
    return [{ ...state, phase: "full", fault: null, message: said }, [{ do: "sound", sound: "done" }, { do: "add", said: [said] }]];
  }
  const [at = 0] = rewrite;
  const again: State = {
    ...state,
    phase: "entering",
    marks: state.marks.map((mark, place) => (rewrite.includes(place) ? "again" : mark)),
    order: state.order.filter((place) => !rewrite.includes(place)),
    at,
    refusals: state.refusals + 1,
    fault: null,
  };
  const asked: Utterance = rewrite.length === count ? ["redraw_all", { count }] : [asking, { place: at + 1 }];
  const offers = again.refusals >= REFUSALS && !again.hasKeypad;
  const [next, told] = say(again, asked);
  const offer: Effect[] = offers ? [{ do: "add", said: [["keys_offer"]] }] : [];
  return [next, [{ do: "forget", places: rewrite }, { do: "sound", sound: "again" }, ...told, ...offer]];
}

/** The ink under way is taken back, else the named place, else the last that was filled. */
export function redone(state: State, isInk: boolean, named?: number): Step {
  const place = named ?? (isInk && state.at !== null ? state.at : state.order.at(-1));
  if (place === undefined) return say(state, ["nothing_to_redo"]);
  const next: State = {
    ...state,
    phase: "entering",
    marks: state.marks.map((mark, other) => (other === place && mark === "entered" ? "empty" : mark)),
    order: state.order.filter((other) => other !== place),
    at: place,
    fault: state.fault === "model" ? "model" : null,
  };
  const [told, effects] = say(next, ["redone", { place: place + 1 }]);
  return [told, [{ do: "forget", places: [place] }, { do: "sound", sound: "redone" }, ...effects]];
}

/** Drawings that wait stay; those that nothing here can read are of no use, and keys are given instead. */
export function faulty(state: State, fault: Fault): Step {
  if (state.fault === fault) return [state, []];
  if (fault !== "model") return say({ ...state, fault }, [fault === "network" ? "no_network" : "busy"]);
  const drawn = state.phase === "reading" ? emptied(state) : state;
  const [next, effects] = say({ ...drawn, fault, hasKeypad: true }, ["model_missing"]);
  return [next, state.phase === "reading" ? [{ do: "forget", places: "all" }, ...effects] : effects];
}
