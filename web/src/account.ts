/** What there is to say of a view, in words: the same for those who see the page and for those who hear it. */

import type { Item, NumberReading, Problem, Reading, Verdict } from "./client";
import type { View } from "./desk";
import type { Words } from "./language/page";
import { percent } from "./language/percent";
import { type Why, whyOf, whyOfNumber } from "./why";

/** More doubtful digits than this are counted, not named. */
const NAMED_MAX = 2;

/** `blank`: nothing is drawn. `pending`: not known yet. `refused`: drawn, and the server will not take it. */
export type State = Verdict | "number" | "blank" | "pending" | "refused";

/** A digit of a number: its share of certainty, in percent, and what else it may be where it is unsure. */
export interface Place {
  readonly digit: number;
  readonly share: string;
  readonly isSure: boolean;
  readonly other?: number;
}

export interface Account {
  readonly state: State;
  readonly head: string;
  /** How sure the model is, where it names a digit. */
  readonly sure?: string;
  readonly notes: readonly string[];
  /** What the model saw that made it doubt, or be sure: for those who want to know. */
  readonly why: readonly Why[];
  /** What the server says of an error: in its own language, and for those who can do something about it. */
  readonly detail?: string;
  /** What it may be, likeliest first: none, one or two digits. */
  readonly digits: readonly number[];
  /** The digits of a number, in its order; none where there is no number. */
  readonly places: readonly Place[];
}

export function accountOf({ strokes, isDrawing, isPartial, isThere, answer, problem, source }: View, words: Words): Account {
  if (strokes === 0) return plain("blank", words.waiting, words.waitingNote);
  if (answer === "too_much") return plain("refused", words.tooMuch, words.tooMuchNote);
  if (answer === "refused") return accountOfProblem(problem, source === "picture" ? words.upload : words, words);
  // Half a digit is often none: that verdict waits until all of it was read.
  const isHalf = isDrawing || isPartial;
  const isNothingYet = isHalf && answer?.number === null && answer.reading.digit === null;
  if (!answer || isNothingYet) return plain("pending", isThere ? words.reading : words.held);
  const account = answer.number ? accountOfNumber(answer.number, words) : accountOfReading(answer.reading, words);
  return isHalf ? { ...account, notes: [], why: [] } : account;
}

/** One or two short sentences for a screen reader; none where there is nothing to tell yet. */
export function spoken({ state, head, sure, notes, why }: Account, isThere: boolean, words: Words): string {
  if (!isThere) return `${words.gone} ${words.goneNote}`;
  if (state === "pending") return "";
  if (state === "blank") return `${head}.`;
  const reasons = why.flatMap(({ cause, isHint }) => (isHint ? [cause] : []));
  return [ended(head), ...(sure ? [ended(sure)] : []), ...notes, ...reasons].join(" ");
}

function ended(sentence: string): string {
  return /[.?]$/.test(sentence) ? sentence : `${sentence}.`;
}

function plain(state: State, head: string, ...notes: string[]): Account {
  return { state, head, notes, why: [], digits: [], places: [] };
}

/** `told` are the words for what was refused, where these have some. */
function accountOfProblem(problem: Problem | undefined, told: Pick<Words, "problems" | "refusedNote">, words: Words): Account {
  const status = problem?.status ?? 0;
  const account = plain("refused", words.refused, told.problems[status] ?? words.problems[status] ?? told.refusedNote);
  return problem?.detail ? { ...account, detail: words.serverSays(problem.detail) } : account;
}

function accountOfReading(reading: Reading, words: Words): Account {
  const { digit, verdict, confidence } = reading;
  const why = whyOf(reading, words);
  if (verdict === "empty") return plain("empty", words.empty);
  if (digit === null || verdict === "not_a_digit") return { ...plain("not_a_digit", words.notADigit, words.notADigitNote), why };
  const sure = words.certainty(percent(confidence, words.language));
  const account = { state: verdict, sure, digits: candidates(digit, reading), places: [], why };
  if (verdict === "digit") return { ...account, head: words.isDigit(digit), notes: [], digits: [digit] };
  if (account.digits.length > 1) return { ...account, head: words.isEither(account.digits), notes: [words.notSure] };
  return { ...account, head: words.isUnsure(digit), notes: [words.perhapsNone] };
}

function accountOfNumber({ digits, items }: NumberReading, words: Words): Account {
  const places = items.flatMap((item) => placeOf(item, words));
  const marks = items.length - places.length;
  const isSure = places.every((place) => place.isSure);
  if (places.length === 0) return plain(marks > 0 ? "not_a_digit" : "empty", words.upload.noDigit, words.upload.noDigitNote);
  return {
    state: "number",
    head: isSure ? words.isNumber(digits) : words.isDoubtful(digits),
    notes: [[words.howMany(places.length), ...doubtsOf(places, words)].join(" "), ...(marks > 0 ? [words.marks(marks)] : [])],
    why: whyOfNumber(places.length, isSure, words),
    digits: [],
    places,
  };
}

function doubtsOf(places: readonly Place[], words: Words): string[] {
  const doubts = places.flatMap(({ digit, other, isSure }, place) => (isSure ? [] : words.unsureAt(place, other === undefined ? [digit] : [digit, other])));
  return doubts.length > NAMED_MAX ? [words.unsureMany(doubts.length)] : doubts;
}

/** None where the item is no digit. */
function placeOf(item: Item, words: Words): Place[] {
  if (item.digit === null) return [];
  const [digit = item.digit, other] = candidates(item.digit, item);
  const place = { digit, share: percent(item.confidence, words.language, 0), isSure: item.verdict === "digit" };
  return [place.isSure || other === undefined ? place : { ...place, other }];
}

/** The likeliest digit and the next, where there is one worth naming. */
function candidates(digit: number, { alternatives }: Pick<Reading, "alternatives">): number[] {
  return [digit, ...alternatives.slice(0, 1).map((other) => other.digit)];
}
