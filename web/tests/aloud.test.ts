import { describe, expect, it } from "vitest";
import { utterancesOf } from "../src/aloud";
import type { Hint, Item, Reading } from "../src/client";
import { START, type View } from "../src/desk";
import { findingOf, itemOf, numberOf } from "./readings";

const viewOf = (part: Partial<Reading>, more: Partial<View> = {}): View => ({ ...START, strokes: 1, answer: findingOf(part), ...more });
const viewOfNumber = (...items: Item[]): View => ({ ...START, strokes: 2, answer: findingOf({}, numberOf(...items)) });
const DOUBT = itemOf(2, { verdict: "unsure" });

describe("utterancesOf", () => {
  it.each([
    ["the digit and how sure it is", viewOf({}), [["read_digit", { digit: 7, share: 98 }]]],
    ["that nothing is certain", viewOf({ confidence: 0.9999 }), [["read_digit_surely", { digit: 7, share: 99 }]]],
    ["two that it may be", viewOf({ digit: 4, verdict: "unsure", alternatives: [{ digit: 9, probability: 0.4 }] }), [["read_either", { digit: 4, other: 9 }]]],
    ["one that it may be", viewOf({ digit: 4, verdict: "unsure" }), [["read_unsure", { digit: 4 }]]],
    ["what is no digit", viewOf({ digit: null, verdict: "not_a_digit", hints: ["dot"] }), [["not_a_digit"], ["hint_dot"]]],
    ["no reason that it has no words for", viewOf({ verdict: "empty", hints: ["smudged" as Hint] }), [["nothing_drawn"]]],
    ["a number, digit by digit", viewOfNumber(itemOf(4), itemOf(0)), [["read_number", { digits: "40" }]]],
    ["the place of a doubt, marks not counted", viewOfNumber(itemOf(4), itemOf(null), DOUBT), [["read_number", { digits: "42" }], ["doubt_at", { place: 2 }]]],
    ["that there are several doubts", viewOfNumber(DOUBT, DOUBT), [["read_number", { digits: "22" }], ["doubts"]]],
    ["nothing while someone draws", viewOf({}, { isDrawing: true }), []],
    ["nothing where half of it was read", viewOf({}, { isPartial: true }), []],
    ["nothing before the first stroke", START, []],
    ["nothing that is not known yet", viewOf({}, { answer: null }), []],
    ["that all was cleared", viewOf({}, { strokes: 0 }), [["nothing_drawn"]]],
    ["that the server is gone", viewOf({}, { isThere: false, answer: null }), [["gone"]]],
    ["a refusal", viewOf({}, { answer: "refused" }), [["refused"]]],
    ["that there is too much", viewOf({}, { answer: "too_much" }), [["too_much"]]],
  ] as const)("says %s", (_, view, utterances) => {
    expect(utterancesOf(view)).toEqual(utterances);
  });
});
