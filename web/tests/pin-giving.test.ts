import { afterEach, describe, expect, it, vi } from "vitest";
import type { Ink } from "../src/ink";
import { configOf } from "../src/pin/config";
import { pinGiverAt } from "../src/pin/giver";
import type { PinReader } from "../src/pin/reader";
import { Session } from "../src/pin/session";
import { begin } from "../src/pin/state";
import { step } from "../src/pin/step";

afterEach(() => void vi.unstubAllGlobals());

const INK = (digit: number): Ink => [[{ x: digit / 10, y: 0, t: 0 }, { x: digit / 10, y: 1, t: 9 }, { x: 0.5, y: 0.5, t: 20, pressure: 0.7 }]];
const READER: PinReader = {
  check: async (ink) => ({ pin: String(Math.round(10 * (ink[0]?.[0]?.x ?? 0))) }),
  read: async (inks) => ({ pin: inks.map((ink) => Math.round(10 * (ink[0]?.[0]?.x ?? 0))).join("") }),
  readWide: async () => ({ pin: "8642" }),
  predict: async () => ({ digit: 3 }) as never,
};

function opened(hands = true, place: number | null = 2) {
  const given: [Ink, string][] = [];
  const session = new Session({
    length: 4,
    reader: READER,
    speech: { tell: async () => "off", add: async () => "off", stop: () => undefined, load: async () => undefined },
    earcons: { penDown() {}, accepted() {}, again() {}, redone() {}, warning() {}, done() {} },
    host: { tell: () => hands },
    show: () => undefined,
    giver: place === null ? null : { place, give: (ink, digit) => given.push([ink, digit]) },
  });
  session.send({ kind: "open", way: "boxes" });
  const enter = async (...digits: (number | string)[]): Promise<void> => {
    for (const digit of digits) {
      if (typeof digit === "string") session.type(digit);
      else session.draw(INK(digit));
      await new Promise((resolve) => setTimeout(resolve));
    }
  };
  return { session, given, enter };
}

describe("a digit of a PIN", () => {
  it("is given once it was agreed to, after confirming, at the one place", async () => {
    const { session, given, enter } = opened();
    session.send({ kind: "give" });
    await enter(4, 0, 9, 1);
    expect(given).toEqual([]);
    session.send({ kind: "confirm" });
    session.send({ kind: "confirm" });
    expect(given).toEqual([[INK(9), "9"]]);
  });

  it.each([
    ["was not ticked", () => undefined, [4, 0, 9, 1]],
    ["was ticked and unticked", ({ session }: ReturnType<typeof opened>) => (session.send({ kind: "give" }), session.send({ kind: "give" })), [4, 0, 9, 1]],
    ["was typed", ({ session }: ReturnType<typeof opened>) => session.send({ kind: "give" }), [4, 0, "9", 1]],
    ["was drawn and then typed", ({ session }: ReturnType<typeof opened>) => session.send({ kind: "give" }), [4, 0, "9", "1"]],
  ] as const)("is not given where it %s", async (_, prepare, digits) => {
    const parts = opened();
    prepare(parts);
    await parts.enter(...digits);
    parts.session.send({ kind: "confirm" });
    expect(parts.session.state.phase).toBe("done");
    expect(parts.given).toEqual([]);
  });

  it("is not given where the PIN was not handed over, or was given up", async () => {
    const { session, given, enter } = opened(false);
    session.send({ kind: "give" });
    await enter(4, 0, 9, 1);
    session.send({ kind: "confirm" });
    session.send({ kind: "cancel" });
    expect(given).toEqual([]);
  });

  it("is asked for anew with each PIN, and never where the operator wants none", async () => {
    const { session, given, enter } = opened();
    session.send({ kind: "give" });
    await enter(4, 0, 9, 1);
    session.send({ kind: "confirm" });
    session.send({ kind: "open", way: "boxes" });
    expect(session.state.gives).toBe("no");
    await enter(4, 0, 9, 1);
    session.send({ kind: "confirm" });
    expect(given).toHaveLength(1);
    const none = opened(true, null);
    none.session.send({ kind: "give" });
    expect(none.session.state.gives).toBe("never");
  });

  it("is asked for by voice, after all else, where the operator wants one", () => {
    for (const canGive of [true, false]) {
      const [language] = step(begin(4, canGive), { kind: "open", way: "eyes_free" });
      const [, effects] = step(language, { kind: "languageChosen" });
      const said = effects.flatMap((effect) => ("said" in effect ? effect.said.map(([phrase]) => phrase) : []));
      expect(said.includes("give_offer")).toBe(canGive);
      if (canGive) expect(said.at(-1)).toBe("give_offer");
    }
  });

  it("goes as 784 bytes and a digit, without cookies; bodies of all digits are as long", async () => {
    const sent: [string, RequestInit][] = [];
    vi.stubGlobal("fetch", async (url: string, init: RequestInit) => (sent.push([url, init]), Promise.reject(new TypeError("gone"))));
    const giver = pinGiverAt("http://sutja/", 2);
    giver?.give(INK(4), "4");
    giver?.give(INK(7), "7");
    const [[url, init] = ["", {}], other] = sent;
    expect(url).toBe("http://sutja/pin/sample");
    expect(init).toMatchObject({ method: "POST", credentials: "omit" });
    const body = JSON.parse(String(init.body));
    expect(Object.keys(body)).toEqual(["glyph", "digit"]);
    const glyph = Buffer.from(body.glyph, "base64");
    expect([glyph.length, Math.max(...glyph), body.digit]).toEqual([784, 255, 4]);
    expect(String(other?.[1].body)).toHaveLength(String(init.body).length);
    expect(pinGiverAt("http://sutja/", null)).toBeNull();
  });

  it.each([["2", 2], ["0", 0], ["", null], [undefined, null], ["two", null]])("of the place %j is what the page is told as %j", (text, place) => {
    expect(configOf({ pinSamples: text }, "").samples).toBe(place);
  });
});
