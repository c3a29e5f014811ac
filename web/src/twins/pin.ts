/** By which rule readings become a PIN or the places to write again: the twin of `src/sutja/pin.py`, which explains it. */

import type { Reading } from "../client";
import { PIN } from "./constants";

/** As the server answers: the digits, or the places to write again, from 0, in order. */
export type PinAnswer = { readonly pin: string } | { readonly rewrite: readonly number[] };

/** How many digits a PIN has, and from which joint confidence it is accepted. */
export interface PinRule {
  readonly length: number;
  readonly sureFrom: number;
}

export const PIN_RULE: PinRule = { length: PIN.PIN_LENGTH, sureFrom: PIN.PIN_SURE_FROM };

/** The PIN where it is sure enough that all readings are right; all places are to be written again where the count is wrong. */
export function decide(readings: readonly Pick<Reading, "digit" | "confidence">[], { length, sureFrom }: PinRule): PinAnswer {
  if (readings.length !== length) return { rewrite: Array.from({ length }, (_, place) => place) };
  const rewrite = doubtful(readings.map(({ digit, confidence }) => (digit === null ? 0 : confidence)), sureFrom);
  return rewrite.length > 0 ? { rewrite } : { pin: readings.map(({ digit }) => String(digit)).join("") };
}

/** The fewest places, in order, without which all others together are sure enough. */
export function doubtful(confidences: readonly number[], sureFrom: number): number[] {
  const surestFirst = confidences.map((confidence, place) => ({ confidence, place })).toSorted((one, other) => other.confidence - one.confidence);
  let together = 1;
  const places = surestFirst.flatMap(({ confidence, place }) => {
    together *= confidence;
    return together < sureFrom ? [place] : [];
  });
  return places.toSorted((one, other) => one - other);
}
