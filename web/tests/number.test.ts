import { describe, expect, it } from "vitest";
import { type Item, type NumberReading, type Reading, RefusedError, type Server } from "../src/client";
import type { Box, Ink } from "../src/ink";
import { find, isSeveral, mayBeSeveral } from "../src/number";
import { itemOf, numberOf, readingOf, TOO_LARGE } from "./readings";

const inkOf = (width: number, height: number, x = 0, y = 0): Ink => [[{ x, y, t: 0 }, { x: x + width, y: y + height, t: 9 }]];
const NARROW = inkOf(0.2, 0.4);
const NONE = readingOf({ digit: null, verdict: "not_a_digit" });
const FORTY_TWO = numberOf(itemOf(4), itemOf(2));

const box = (left: number, top = 0): Box => ({ left, top, width: 0.2, height: 0.4 });
const strokes = (...boxes: Box[]): Ink => boxes.flatMap(({ left, top, width, height }) => inkOf(width, height, left, top));

function unsure(digit: number, left: number, part: Partial<Item> = {}): Item {
  return itemOf(digit, { verdict: "unsure", confidence: 0.8, box: box(left), ...part });
}

/** A server that says the same of everything; a number that is an error, it throws. */
function serverThat(reading: Reading, number: NumberReading | Error): Server & { asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    predict: () => (asked.push("predict"), Promise.resolve(reading)),
    readNumber: () => (asked.push("read"), number instanceof Error ? Promise.reject(number) : Promise.resolve(number)),
    isHealthy: () => Promise.resolve(true),
  };
}

describe("mayBeSeveral", () => {
  it.each([
    [true, "what is no digit", NONE, NARROW],
    [true, "what is not surely one", readingOf({ verdict: "unsure" }), NARROW],
    [true, "two shapes", readingOf({ hints: ["two_shapes"] }), NARROW],
    [true, "what is wide", readingOf(), inkOf(0.5, 0.4)],
    [false, "a digit", readingOf(), NARROW],
    [false, "a dot", readingOf({ digit: null, verdict: "not_a_digit", hints: ["dot"] }), inkOf(0, 0)],
    [false, "no ink", readingOf({ digit: null, verdict: "empty" }), NARROW],
  ])("is %s of %s", (answer, _, reading, ink) => {
    expect(mayBeSeveral(reading, ink)).toBe(answer);
  });
});

describe("isSeveral", () => {
  const APART = strokes(box(0), box(0.3));

  it.each<[boolean, string, Item[], Ink]>([
    [true, "digits that are sure, however they stand", [itemOf(4), itemOf(2)], inkOf(0.4, 0.4)],
    [true, "doubtful digits side by side", [unsure(4, 0), unsure(2, 0.3)], APART],
    [true, "doubtful digits in two lines", [unsure(4, 0), unsure(2, 0, { box: box(0, 0.5) })], strokes(box(0), box(0, 0.5))],
    [true, "doubtful digits with a mark between them", [unsure(4, 0), itemOf(null, { confidence: 0.1, box: box(0.25) }), unsure(2, 0.3)], APART],
    [false, "one digit", [itemOf(4)], inkOf(0.2, 0.4)],
    [false, "mere guesses", [unsure(4, 0, { confidence: 0.4 }), unsure(2, 0.3, { confidence: 0.5 })], APART],
    [false, "an X: two strokes, one across the other", [unsure(1, 0), unsure(1, 0.05)], strokes(box(0), box(0.05))],
    [false, "a V: one stroke that was cut", [unsure(1, 0), unsure(1, 0.2)], inkOf(0.4, 0.4)],
  ])("is %s of %s", (answer, _, items, ink) => {
    expect(isSeveral(numberOf(...items), ink)).toBe(answer);
  });
});

describe("find", () => {
  it("asks once for what is plainly one digit", async () => {
    const server = serverThat(readingOf(), FORTY_TWO);
    expect(await find(server, NARROW)).toEqual({ reading: readingOf(), number: null });
    expect(server.asked).toEqual(["predict"]);
  });

  it("asks a second time, after the first, where there may be several", async () => {
    const server = serverThat(NONE, FORTY_TWO);
    expect(await find(server, NARROW)).toEqual({ reading: NONE, number: FORTY_TWO });
    expect(server.asked).toEqual(["predict", "read"]);
  });

  it.each([
    ["one digit and a mark", numberOf(itemOf(4), itemOf(null))],
    ["nothing", numberOf()],
    ["what the server will not take", new RefusedError(TOO_LARGE)],
  ])("finds no number in %s", async (_, number) => {
    expect(await find(serverThat(NONE, number), NARROW)).toEqual({ reading: NONE, number: null });
  });

  it("doubts no more that one digit is one", async () => {
    const reading = readingOf({ hints: ["small", "two_shapes"] });
    expect((await find(serverThat(reading, numberOf(itemOf(7))), NARROW)).reading.hints).toEqual(["small"]);
  });

  it("lets it be known that the server is gone", async () => {
    await expect(find(serverThat(NONE, new TypeError("Failed to fetch")), NARROW)).rejects.toBeInstanceOf(TypeError);
  });
});
