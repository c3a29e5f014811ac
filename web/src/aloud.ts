/** What is read aloud of a view: the digit and how sure it is, or why there is none. */

import type { Hint, Item, NumberReading, Reading } from "./client";
import { START, type View } from "./desk";
import type { Phrase, Utterance } from "./language/phrase";

/** From this share on "more than 99 percent" is said: nothing is ever certain. */
const SURELY = 0.995;

const HINTS: Readonly<Record<Hint, Phrase & `hint_${string}`>> = {
  dot: "hint_dot",
  small: "hint_small",
  edge: "hint_edge",
  faint: "hint_faint",
  thin: "hint_thin",
  two_shapes: "hint_two_shapes",
};

/** Nothing while someone draws or not all of it was read, while nothing is known, and before the first stroke. */
export function utterancesOf(view: View): Utterance[] {
  const { strokes, isDrawing, isPartial, isThere, answer } = view;
  if (isDrawing || isPartial || view === START) return [];
  if (!isThere) return [["gone"]];
  if (strokes === 0) return [["nothing_drawn"]];
  if (answer === null) return [];
  if (typeof answer === "string") return [[answer]];
  return answer.number ? ofNumber(answer.number) : [...ofReading(answer.reading), ...hintsOf(answer.reading)];
}

function hintsOf({ hints }: Reading): Utterance[] {
  return hints.flatMap((hint) => (hint in HINTS ? [[HINTS[hint]] as const] : [])); // a newer server may know more
}

function ofReading({ digit, verdict, confidence, alternatives }: Reading): Utterance[] {
  if (verdict === "empty") return [["nothing_drawn"]];
  if (digit === null || verdict === "not_a_digit") return [["not_a_digit"]];
  if (verdict === "digit") return [certain(digit, confidence)];
  const other = alternatives[0]?.digit;
  return [other === undefined ? ["read_unsure", { digit }] : ["read_either", { digit, other }]];
}

function certain(digit: number, confidence: number): Utterance {
  if (confidence >= SURELY) return ["read_digit_surely", { digit, share: 99 }];
  return ["read_digit", { digit, share: Math.round(100 * confidence) }];
}

function ofNumber({ digits, items }: NumberReading): Utterance[] {
  if (digits === "") return [[items.length > 0 ? "not_a_digit" : "nothing_drawn"]];
  const doubts = items.filter(isDigit).flatMap(({ verdict }, place) => (verdict === "digit" ? [] : [place + 1]));
  const doubt: Utterance[] = doubts.length === 0 ? [] : doubts.length === 1 ? [["doubt_at", { place: doubts[0] ?? 1 }]] : [["doubts"]];
  return [["read_number", { digits }], ...doubt];
}

function isDigit({ digit }: Item): boolean {
  return digit !== null;
}
