import { describe, expect, it } from "vitest";
import { columnsOf, shareOfNone } from "../src/columns";
import { findingOf, itemOf, numberOf, readingOf } from "./readings";

const SHARES = { "4": 0.5, "9": 0.2 };

describe("columnsOf", () => {
  it("has one for each digit, before there is anything too", () => {
    for (const finding of [null, findingOf({ probabilities: SHARES, digit: 4 })]) {
      expect(columnsOf(finding).map(({ name }) => name).join("")).toBe("0123456789");
    }
  });

  it("shows probabilities as they are, and which digit was read", () => {
    const columns = columnsOf(findingOf({ probabilities: SHARES, digit: 4 }));
    expect(columns.filter(({ share }) => share > 0)).toEqual([
      { name: "4", share: 0.5, isWinner: true },
      { name: "9", share: 0.2, isWinner: false },
    ]);
  });

  it("has no winner where there is no digit", () => {
    expect(columnsOf(findingOf({ digit: null, verdict: "not_a_digit" })).some(({ isWinner }) => isWinner)).toBe(false);
  });

  it("has one for each digit of a number, and none for a mark", () => {
    const number = numberOf(itemOf(4), itemOf(null), itemOf(2, { verdict: "unsure", confidence: 0.6 }));
    expect(columnsOf(findingOf({}, number))).toEqual([
      { name: "4", share: 0.98, isWinner: true },
      { name: "2", share: 0.6, isWinner: false },
    ]);
  });
});

describe("shareOfNone", () => {
  it("is what the ten probabilities leave", () => {
    expect(shareOfNone(readingOf({ probabilities: SHARES }))).toBeCloseTo(0.3);
  });

  it("is nothing where only rounding left something, and where nothing was read", () => {
    expect(shareOfNone(readingOf({ probabilities: { "1": 0.999997 } }))).toBe(0);
    expect(shareOfNone(readingOf({ verdict: "empty" }))).toBe(0);
  });
});
