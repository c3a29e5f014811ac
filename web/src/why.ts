/** Why the model was sure or not: each cause with a hint at what to do about it, in plain words. */

import { shareOfNone } from "./columns";
import type { Hint, Reading } from "./client";
import type { Words } from "./language/page";
import { percent } from "./language/percent";

export interface Why {
  readonly cause: string;
  readonly hint?: string;
  /** Whether it is one of the server's hints, and not what the verdict says already. */
  readonly isHint?: true;
}

/** The cause of the verdict first, then of each hint that there are words for: a newer server may know more. */
export function whyOf(reading: Reading, words: Words): Why[] {
  if (reading.verdict === "empty") return [];
  const hints = reading.hints.flatMap((hint): Why[] => {
    const [cause, advice] = [words.hints[hint], words.advice[hint as Hint]];
    return cause && advice ? [{ cause, hint: advice, isHint: true }] : [];
  });
  // All ink in one spot is the whole story.
  return reading.hints.includes("dot") ? hints : [ofVerdict(reading, words), ...hints];
}

export function whyOfNumber(count: number, isSure: boolean, words: Words): Why[] {
  if (count === 1) return [];
  return [isSure ? { cause: words.why.apart } : { cause: words.why.apart, hint: words.why.apartHint }];
}

function ofVerdict(reading: Reading, { why: words, language }: Words): Why {
  const { digit, verdict, confidence, alternatives } = reading;
  const written = (share: number): string => percent(share, language, 0);
  if (digit === null || verdict === "not_a_digit") return { cause: words.none(written(shareOfNone(reading))), hint: words.noneHint };
  const [next] = alternatives;
  if (verdict === "digit") return { cause: next ? words.next(next.digit, written(next.probability)) : words.clear };
  if (!next) return { cause: words.perhapsNone(written(shareOfNone(reading))), hint: words.perhapsNoneHint };
  const pair = [digit, next.digit].toSorted((one, other) => one - other).join("");
  return { cause: words.both(digit, written(confidence), next.digit, written(next.probability)), hint: words.pairs[pair] ?? words.bothHint };
}
