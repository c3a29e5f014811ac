import { describe, expect, it } from "vitest";
import { accountOf, spoken } from "../src/account";
import type { Hint, Item, Reading } from "../src/client";
import { START, type View } from "../src/desk";
import { en } from "../src/words";
import { findingOf, itemOf, numberOf } from "./readings";

const NINE = { digit: 9, probability: 0.4 };
const viewOf = (part: Partial<Reading>, more: Partial<View> = {}): View => ({ ...START, strokes: 1, answer: findingOf(part), ...more });
const viewOfNumber = (...items: Item[]): View => ({ ...START, strokes: 2, answer: findingOf({ digit: null, verdict: "not_a_digit" }, numberOf(...items)) });
const DOUBTFUL = itemOf(2, { verdict: "unsure", confidence: 0.61, alternatives: [{ digit: 7, probability: 0.3 }] });
const said = (view: View): string => spoken(accountOf(view, en), view.isThere, en);

describe("accountOf", () => {
  it("names no digit where nothing is drawn, whatever was read before", () => {
    expect(accountOf(viewOf({}, { strokes: 0 }), en)).toMatchObject({ state: "blank", digits: [] });
  });

  it("names the digit of a sure reading, and no other", () => {
    const account = accountOf(viewOf({ alternatives: [NINE] }), en);
    expect(account).toMatchObject({ state: "digit", digits: [7], sure: "98% sure", head: "This is a 7" });
  });

  it("asks between two where the reading is unsure", () => {
    const account = accountOf(viewOf({ digit: 4, verdict: "unsure", alternatives: [NINE] }), en);
    expect(account).toMatchObject({ state: "unsure", digits: [4, 9], head: "4 or 9?" });
  });

  it("names no digit that the verdict denies, and is no surer of it", () => {
    const account = accountOf(viewOf({ digit: null, verdict: "not_a_digit" }), en);
    expect(account).toMatchObject({ state: "not_a_digit", digits: [] });
    expect(account.sure).toBeUndefined();
  });

  it("waits with what is no digit until the pen is lifted", () => {
    expect(accountOf(viewOf({ digit: null, verdict: "not_a_digit" }, { isDrawing: true }), en).state).toBe("pending");
  });

  it("says each reason for doubt, and none while someone draws", () => {
    expect(accountOf(viewOf({ hints: ["dot", "edge"] }), en).notes).toEqual([en.hints.dot, en.hints.edge]);
    expect(accountOf(viewOf({ hints: ["dot"] }, { isDrawing: true }), en).notes).toEqual([]);
  });

  it("names one digit only where the other candidate is no digit", () => {
    expect(accountOf(viewOf({ digit: 4, verdict: "unsure" }), en)).toMatchObject({ digits: [4], head: "Perhaps a 4", notes: [en.perhapsNone] });
  });

  it("keeps still about a reason that it has no words for", () => {
    expect(accountOf(viewOf({ hints: ["smudged" as Hint, "thin"] }), en).notes).toEqual([en.hints.thin]);
  });

  it("names the digits of a number in their order, each with how sure it is", () => {
    const account = accountOf(viewOfNumber(itemOf(4), itemOf(null), DOUBTFUL), en);
    expect(account).toMatchObject({ state: "number", head: "42?", digits: [] });
    expect(account.places).toEqual([
      { digit: 4, share: "98%", isSure: true },
      { digit: 2, share: "61%", isSure: false, other: 7 },
    ]);
  });

  it("says so where too much is drawn", () => {
    expect(accountOf({ ...START, strokes: 65, answer: "too_much" }, en).head).toBe(en.tooMuch);
  });
});

describe("spoken", () => {
  it.each([
    ["This is a 7. 98% sure.", viewOf({})],
    ["This is an 8. 98% sure.", viewOf({ digit: 8 })],
    [`4 or 9? 52% sure. ${en.notSure}`, viewOf({ digit: 4, verdict: "unsure", confidence: 0.52, alternatives: [NINE] })],
    [`That doesn’t look like a digit. ${en.notADigitNote}`, viewOf({ digit: null, verdict: "not_a_digit" })],
    ["This is 42. Two digits.", viewOfNumber(itemOf(4), itemOf(2))],
    ["42? Two digits. The second is unsure: 2 or 7.", viewOfNumber(itemOf(4), DOUBTFUL)],
    ["4222? Four digits. Three of them are unsure.", viewOfNumber(itemOf(4), DOUBTFUL, DOUBTFUL, DOUBTFUL)],
    ["314? Three digits. The first is unsure. One mark is no digit.", viewOfNumber(itemOf(3, { verdict: "unsure" }), itemOf(null), itemOf(1), itemOf(4))],
    ["", { ...START, strokes: 1 }],
    [`${en.gone} ${en.goneNote}`, { ...START, strokes: 1, isThere: false }],
  ])("says %j", (text, view) => {
    expect(said(view)).toBe(text);
  });
});
