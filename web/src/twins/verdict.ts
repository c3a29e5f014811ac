/**
 * Probabilities become a verdict, alternatives and hints: the twin of `Thresholds` in `src/sutja/bundle.py` and of
 * what `src/sutja/reader.py` makes of one glyph.
 */

import type { components } from "../api";
import type { Hint, Reading, Verdict } from "../client";
import { PREPARE, READER } from "./constants";
import type { Glyph } from "./prepare";

const { SIDE_PX } = PREPARE;
const { ALTERNATIVE_COUNT, ALTERNATIVE_FLOOR, SHAPE_SHARE } = READER;

type Alternative = components["schemas"]["Alternative"];

/** Where the verdicts divide, and the temperature of the probabilities that they divide; from a model's card. */
export interface Thresholds {
  readonly unsure_below: number;
  readonly no_digit_from: number;
  readonly temperature: number;
}

/** Eleven probabilities: of each digit and, last, that it is none. */
export type Row = readonly number[];

/** What one glyph was read as; without its hints and the name of the model. */
export type Judged = Pick<Reading, "digit" | "confidence" | "verdict" | "alternatives">;

export const DIGITS = 10;

/** Probabilities at a temperature: above 1 less sure, below 1 surer. A model from elsewhere may give only ten. */
export function tempered(row: Row, temperature: number): Row {
  const powers = Array.from({ length: DIGITS + 1 }, (_, place) => Math.max(row[place] ?? 0, 0) ** (1 / temperature));
  const sum = powers.reduce((one, other) => one + other, 0);
  return powers.map((power) => power / sum);
}

export function verdictOf(row: Row, { no_digit_from: noDigitFrom, unsure_below: unsureBelow }: Thresholds): Verdict {
  if ((row[DIGITS] ?? 0) >= noDigitFrom) return "not_a_digit";
  return Math.max(...row.slice(0, DIGITS)) >= unsureBelow ? "digit" : "unsure";
}

/** A verdict on ten probabilities becomes an answer. */
export function judged(probabilities: Row, verdict: Verdict): Judged {
  const ranking = probabilities.map((probability, digit) => ({ digit, probability })).toSorted((one, other) => other.probability - one.probability);
  const isRead = verdict === "digit" || verdict === "unsure";
  return {
    digit: isRead ? (ranking[0]?.digit ?? null) : null,
    confidence: ranking[0]?.probability ?? 0,
    verdict,
    alternatives: isRead ? alternativesOf(ranking.slice(1)) : [],
  };
}

function alternativesOf(ranking: readonly Alternative[]): Alternative[] {
  return ranking.filter(({ probability }) => probability >= ALTERNATIVE_FLOOR).slice(0, ALTERNATIVE_COUNT);
}

/** Whether columns without ink part the glyph in two, of which either has its share of the ink. */
export function hintsOf(glyph: Glyph): Hint[] {
  const columns = Array.from({ length: SIDE_PX }, () => 0);
  for (const [place, ink] of glyph.entries()) columns[place % SIDE_PX] = (columns[place % SIDE_PX] ?? 0) + ink;
  const total = columns.reduce((sum, column) => sum + column, 0);
  let passed = 0;
  const isParted = columns.some((column) => {
    passed += column;
    return column === 0 && passed > SHAPE_SHARE * total && passed < (1 - SHAPE_SHARE) * total;
  });
  return isParted ? ["two_shapes"] : [];
}
