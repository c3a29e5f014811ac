/** Readings and numbers to try things on. */

import type { Item, NumberReading, Problem, Reading } from "../src/client";
import type { Finding } from "../src/number";

export function readingOf(part: Partial<Reading> = {}): Reading {
  return {
    digit: 7,
    confidence: 0.98,
    probabilities: {},
    verdict: "digit",
    alternatives: [],
    hints: [],
    model: "",
    ...part,
  };
}

export function itemOf(digit: number | null, part: Partial<Item> = {}): Item {
  const verdict = digit === null ? "not_a_digit" : "digit";
  return { digit, confidence: 0.98, verdict, alternatives: [], box: { left: 0, top: 0, width: 0.2, height: 0.4 }, ...part };
}

export function numberOf(...items: Item[]): NumberReading {
  return { digits: items.map(({ digit }) => digit ?? "").join(""), items, model: "" };
}

export function findingOf(part: Partial<Reading> = {}, number: NumberReading | null = null): Finding {
  return { reading: readingOf(part), number };
}

export const TOO_LARGE: Problem = { status: 413, title: "Content Too Large", detail: "Expected at most 64 strokes. Received 65." };
