/** What the page reads out of a card and out of a verdict's numbers. Both may be of another age: what is not there is left out. */

import type { Series } from "./plot";

export interface Score {
  readonly name: string;
  readonly count?: number;
  readonly accuracy?: number;
  readonly accepted?: number;
  readonly accepted_error?: number;
}

export interface Card {
  readonly scores: readonly Score[];
  readonly slices: readonly Score[];
  readonly history: readonly Series[];
}

/** What one check of the gate found. */
export interface Reason {
  readonly code: string;
  readonly ruling: string;
  readonly words: string;
}

type Fields = Readonly<Record<string, unknown>>;

const fieldsOf = (value: unknown): Fields => (typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {});

export function cardOf(card: unknown): Card {
  const { scores, training } = fieldsOf(card);
  const { slices, history } = fieldsOf(training);
  return { scores: scoresOf(scores), slices: scoresOf(slices), history: seriesOf(history) };
}

function scoresOf(scores: unknown): Score[] {
  return Object.entries(fieldsOf(scores)).map(([name, value]) => {
    const score = fieldsOf(value);
    const known = ["count", "accuracy", "accepted", "accepted_error"].filter((field) => typeof score[field] === "number");
    return Object.fromEntries([["name", name], ...known.map((field) => [field, score[field]])]) as Score;
  });
}

function seriesOf(history: unknown): Series[] {
  return Object.entries(fieldsOf(history)).flatMap(([name, values]) => {
    const isSeries = Array.isArray(values) && values.length > 0 && values.every((value) => Number.isFinite(value));
    return isSeries ? [{ name, values: values as number[] }] : [];
  });
}

/** The reasons of a judgement, wherever in the numbers of a decision it stands; those against the candidate first. */
export function reasonsOf(numbers: Fields): Reason[] {
  const { reasons } = Array.isArray(numbers["reasons"]) ? numbers : fieldsOf(numbers["judgement"]);
  if (!Array.isArray(reasons)) return [];
  const found = reasons.map(fieldsOf).map(({ code, ruling, words }) => ({ code: String(code), ruling: String(ruling), words: String(words) }));
  return found.toSorted((one, other) => Number(one.ruling === "promote") - Number(other.ruling === "promote"));
}
