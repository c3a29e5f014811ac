/** Readings to try things on. */

import type { Reading } from "../src/client";

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
