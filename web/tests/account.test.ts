import { describe, expect, it } from "vitest";
import { type Account, accountOf, spoken } from "../src/account";
import type { Hint, Item, Problem, Reading } from "../src/client";
import { START, type View } from "../src/desk";
import { wordsOf } from "../src/language/page";
import { findingOf, itemOf, numberOf, TOO_LARGE } from "./readings";

const en = wordsOf("en");
const NINE = { digit: 9, probability: 0.4 };
const viewOf = (part: Partial<Reading>, more: Partial<View> = {}): View => ({ ...START, strokes: 1, answer: findingOf(part), ...more });
const viewOfNumber = (...items: Item[]): View => ({ ...START, strokes: 2, answer: findingOf({ digit: null, verdict: "not_a_digit" }, numberOf(...items)) });
const DOUBTFUL = itemOf(2, { verdict: "unsure", confidence: 0.61, alternatives: [{ digit: 7, probability: 0.3 }] });
const ofPicture = (...items: Item[]): View => ({ ...START, strokes: 1, source: "picture", answer: findingOf({ digit: null, verdict: "empty" }, numberOf(...items)) });
const said = (view: View): string => spoken(accountOf(view, en), view.isThere, en);

const causes = (account: Account): string[] => account.why.map(({ cause }) => cause);

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
    expect(accountOf(viewOf({ digit: null, verdict: "not_a_digit" }, { isPartial: true }), en).state).toBe("pending");
  });

  it("says each reason for doubt, and none while someone draws", () => {
    expect(causes(accountOf(viewOf({ hints: ["dot", "edge"] }), en))).toEqual([en.hints.dot, en.hints.edge]);
    expect(accountOf(viewOf({ hints: ["dot"] }, { isDrawing: true }), en).why).toEqual([]);
  });

  it("names one digit only where the other candidate is no digit", () => {
    expect(accountOf(viewOf({ digit: 4, verdict: "unsure" }), en)).toMatchObject({ digits: [4], head: "Perhaps a 4", notes: [en.perhapsNone] });
  });

  it("keeps still about a reason that it has no words for", () => {
    expect(causes(accountOf(viewOf({ hints: ["smudged" as Hint, "thin"] }), en))).toEqual([en.why.clear, en.hints.thin]);
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

const refused = (problem?: Problem): Account => accountOf({ ...START, strokes: 1, answer: "refused", ...(problem && { problem }) }, wordsOf("ko"));

describe("a refusal", () => {
  it("is told in the language of the page, with the server's own words beside it", () => {
    expect(refused(TOO_LARGE)).toMatchObject({ state: "refused", notes: [wordsOf("ko").problems[413]], detail: `서버의 설명: ${TOO_LARGE.detail}` });
  });

  it.each([undefined, { ...TOO_LARGE, status: 418, detail: "" }])("has words for one that nobody knows: %j", (problem) => {
    expect(refused(problem).notes).toEqual([wordsOf("ko").refusedNote]);
    expect(refused(problem).detail).toBeUndefined();
  });
});

describe("the cause", () => {
  it.each([
    ["of a clear digit is that nothing comes near", {}, en.why.clear, undefined],
    ["of a sure digit names the next", { alternatives: [{ digit: 1, probability: 0.02 }] }, "Next comes 1 with 2%.", undefined],
    ["of two has a hint at what tells them apart", { digit: 9, verdict: "unsure", confidence: 0.5, alternatives: [{ digit: 4, probability: 0.4 }] }, "It has something of both: of 9 (50%) and of 4 (40%).", en.why.pairs["49"]],
    ["of two that nobody mixes up has a hint, too", { digit: 1, verdict: "unsure", alternatives: [{ digit: 8, probability: 0.4 }] }, undefined, en.why.bothHint],
    ["of what is none is how sure that is", { digit: null, verdict: "not_a_digit", probabilities: { "7": 0.03 } }, en.why.none("97%"), en.why.noneHint],
    ["of a dot is the dot alone", { digit: null, verdict: "not_a_digit", hints: ["dot"] }, en.hints.dot, en.advice.dot],
  ] as const)("%s", (_, part, cause, hint) => {
    const [first, ...others] = accountOf(viewOf(part as Partial<Reading>), en).why;
    expect(others).toEqual([]);
    if (cause) expect(first?.cause).toBe(cause);
    expect(first?.hint).toBe(hint);
  });

  it("of a refused picture is told by the words for pictures", () => {
    const view: View = { ...START, strokes: 1, source: "picture", answer: "refused", problem: { status: 415, title: "", detail: "" } };
    expect(accountOf(view, en).notes).toEqual([en.upload.problems[415]]);
    expect(accountOf({ ...view, problem: { status: 429, title: "", detail: "" } }, en).notes).toEqual([en.problems[429]]);
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
    [`This is a 7. 98% sure. ${en.hints.small}`, viewOf({ hints: ["small"] })],
    [`${en.upload.noDigit}. ${en.upload.noDigitNote}`, ofPicture()],
    ["This is 4. One digit.", ofPicture(itemOf(4))],
    [`${en.upload.noDigit}. ${en.upload.noDigitNote}`, ofPicture(itemOf(null))],
    ["", { ...START, strokes: 1 }],
    [`${en.gone} ${en.goneNote}`, { ...START, strokes: 1, isThere: false }],
  ])("says %j", (text, view) => {
    expect(said(view)).toBe(text);
  });
});
