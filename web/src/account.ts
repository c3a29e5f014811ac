/** What there is to say of a view, in words: the same for those who see the page and for those who hear it. */

import type { Reading, Verdict } from "./client";
import type { View } from "./desk";
import { percent, type Words } from "./words";

/** `blank`: nothing is drawn. `pending`: not known yet. `refused`: drawn, and the server will not take it. */
export type State = Verdict | "blank" | "pending" | "refused";

export interface Account {
  readonly state: State;
  readonly head: string;
  /** How sure the model is, where it names a digit. */
  readonly sure?: string;
  readonly notes: readonly string[];
  /** What it may be, likeliest first: none, one or two digits. */
  readonly digits: readonly number[];
}

export function accountOf({ strokes, isDrawing, isThere, answer }: View, words: Words): Account {
  if (strokes === 0) return plain("blank", words.waiting, words.waitingNote);
  if (answer === "too_much") return plain("refused", words.tooMuch, words.tooMuchNote);
  if (answer === "refused") return plain("refused", words.refused, words.refusedNote);
  // Half a digit is often none: that verdict waits until the pen is lifted.
  if (!answer || (isDrawing && answer.digit === null)) return plain("pending", isThere ? words.reading : words.held);
  const account = accountOfReading(answer, words);
  return isDrawing ? { ...account, notes: [] } : account;
}

/** One or two short sentences for a screen reader; none where there is nothing to tell yet. */
export function spoken({ state, head, sure, notes }: Account, isThere: boolean, words: Words): string {
  if (!isThere) return `${words.gone} ${words.goneNote}`;
  if (state === "pending") return "";
  if (state === "blank") return `${head}.`;
  return [ended(head), ...(sure ? [ended(sure)] : []), ...notes].join(" ");
}

function ended(sentence: string): string {
  return /[.?]$/.test(sentence) ? sentence : `${sentence}.`;
}

function plain(state: State, head: string, ...notes: string[]): Account {
  return { state, head, notes, digits: [] };
}

function accountOfReading({ digit, verdict, confidence, alternatives, hints }: Reading, words: Words): Account {
  const reasons = hints.map((hint) => words.hints[hint]);
  if (verdict === "empty") return plain("empty", words.empty, ...reasons);
  if (digit === null || verdict === "not_a_digit") return plain("not_a_digit", words.notADigit, words.notADigitNote, ...reasons);
  const sure = words.certainty(percent(confidence, words.locale));
  if (verdict === "digit") return { state: verdict, head: words.isDigit(digit), sure, notes: reasons, digits: [digit] };
  const digits = [digit, ...alternatives.slice(0, 1).map((other) => other.digit)];
  const head = digits.length > 1 ? words.isEither(digits) : words.isUnsure(digit);
  return { state: verdict, head, sure, notes: [words.notSure, ...reasons], digits };
}
