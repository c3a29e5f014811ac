/** Columns: what the bars and their table show of an answer, digit by digit. */

import type { NumberReading, Reading } from "./client";
import type { Finding } from "./number";

export interface Column {
  readonly name: string;
  /** A probability. */
  readonly share: number;
  /** Whether it is what was read, and sure. */
  readonly isWinner: boolean;
}

/** Ten shares are written with six places: what they lack to 1 by rounding is no probability. */
const ROUNDING = 1e-5;
const DIGITS = Array.from({ length: 10 }, (_, digit) => digit);

/** A column for each digit of a number; for anything else one for each of 0 to 9. */
export function columnsOf(finding: Finding | null): readonly Column[] {
  return finding?.number ? columnsOfNumber(finding.number) : columnsOfReading(finding?.reading);
}

/** The probability that a reading is no digit: what its ten probabilities lack to 1. */
export function shareOfNone({ verdict, probabilities }: Reading): number {
  if (verdict === "empty") return 0;
  const none = DIGITS.reduce((left, digit) => left - (probabilities[String(digit)] ?? 0), 1);
  return none < ROUNDING ? 0 : none;
}

function columnsOfReading(reading?: Reading): Column[] {
  return DIGITS.map((digit) => ({
    name: String(digit),
    share: reading?.probabilities[String(digit)] ?? 0,
    isWinner: digit === (reading?.digit ?? null),
  }));
}

function columnsOfNumber({ items }: NumberReading): Column[] {
  return items.flatMap(({ digit, confidence, verdict }) =>
    digit === null ? [] : { name: String(digit), share: confidence, isWinner: verdict === "digit" },
  );
}
