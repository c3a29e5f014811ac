/**
 * A lattice that was scored becomes the marks of a number: the twin of `src/sutja/numbers.py`, which explains it.
 */

import type { Verdict } from "../client";
import type { Box } from "../ink";
import { NUMBERS } from "./constants";
import { bottom, right } from "./segment/boxes";
import type { Lattice } from "./segment/lattice";
import { bestPath, type Step, type Weights } from "./segment/path";
import { DIGITS, type Row, type Thresholds } from "./verdict";

const { BESIDE, DOUBTFUL, JOINED, LARGE, LEAST, OTHER_COST, SHARPNESS } = NUMBERS;

/** A piece of the best path, by its place in the lattice, with its ten probabilities and its verdict. */
export interface Mark {
  readonly place: number;
  readonly probabilities: Row;
  readonly verdict: Verdict;
}

/** The marks of a drawing in reading order, from the probabilities of its pieces; with a `length`, so many digits. */
export function marks(lattice: Lattice, rows: readonly Row[], thresholds: Thresholds, length: number | null): Mark[] {
  if (lattice.pieces.length === 0) return [];
  const weights = weightsOf(lattice, rows);
  const steps = bestPath(lattice, weights, length);
  if (steps) return doubted(lattice, markedOf(steps, rows, thresholds, length !== null));
  return markedOf(bestPath(lattice, weights, null) ?? [], rows, { ...thresholds, unsure_below: Infinity }, false);
}

/** The logarithms of each piece's weight as a digit and as something else. */
function weightsOf({ pieces }: Lattice, rows: readonly Row[]): Weights {
  const weights = pieces.map(({ prior }, place) => {
    const row = rows[place] ?? [];
    const digit = Math.log(Math.max(...row.slice(0, DIGITS), LEAST)) + prior;
    const other = Math.log(Math.max(row[DIGITS] ?? 0, LEAST)) - OTHER_COST;
    return { digit: SHARPNESS * digit, other: SHARPNESS * other };
  });
  return { digits: weights.map(({ digit }) => digit), others: weights.map(({ other }) => other) };
}

/** Judge each mark: one of n digits has to be surer than one alone, by the root of n. */
function markedOf(steps: readonly Step[], rows: readonly Row[], thresholds: Thresholds, isCounted: boolean): Mark[] {
  const count = steps.filter(({ isDigit }) => isDigit).length;
  const wanted = 1 - (1 - thresholds.unsure_below) / Math.sqrt(Math.max(1, count));
  return steps.map(({ place, isDigit, share }) => {
    const row = rows[place] ?? [];
    const probabilities = row.slice(0, DIGITS).map((probability) => probability * share);
    const isNone = !isDigit || ((row[DIGITS] ?? 0) >= thresholds.no_digit_from && !isCounted);
    const verdict = Math.max(...probabilities) >= wanted ? "digit" : "unsure";
    return { place, probabilities, verdict: isNone ? "not_a_digit" : verdict };
  });
}

/** Doubt each digit beside a mark that is as large, and none or hardly one: the stem of a K is no 1. */
function doubted({ pieces }: Lattice, found: readonly Mark[]): Mark[] {
  const reaches = found.flatMap((mark) => {
    const box = pieces[mark.place]?.box;
    return box ? [{ mark, box, reach: reachOf(mark) }] : [];
  });
  return reaches.map(({ mark, box }) => {
    const isDoubtful = reaches.some((other) => other.mark !== mark && isBeside(box, other.box, other.reach));
    return mark.verdict === "digit" && isDoubtful ? Object.assign(mark, { verdict: "unsure" as const }) : mark;
  });
}

/** How far the doubt about a mark reaches, in heights of the digit beside it. */
function reachOf({ verdict, probabilities }: Mark): number {
  if (verdict === "not_a_digit") return BESIDE;
  return Math.max(...probabilities) < DOUBTFUL ? JOINED : -Infinity;
}

function isBeside(digit: Box, other: Box, reach: number): boolean {
  const across = Math.max(digit.left, other.left) - Math.min(right(digit), right(other));
  const down = Math.min(bottom(digit), bottom(other)) - Math.max(digit.top, other.top);
  return across <= reach * digit.height && down >= LARGE * digit.height;
}
