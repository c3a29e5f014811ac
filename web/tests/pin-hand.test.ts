import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { changeOf } from "../src/pin/controls";
import { Palm, PALM_MS } from "../src/pin/palm";
import { PAUSE_MS, recallPause, rememberPause } from "../src/pin/patience";
import { Pens } from "../src/pin/pens";
import { piecesOf } from "../src/pin/pieces";
import { rememberSpeech } from "../src/speech/settings";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** A page on which a hand does things; tells whether a click came through. */
function page() {
  const target = new EventTarget();
  const palm = new Palm(() => Date.now());
  palm.watch(target);
  const tell = (name: string, pointerId: number, pointerType: string): boolean =>
    target.dispatchEvent(Object.assign(new Event(name, { cancelable: true }), { pointerId, pointerType }));
  return {
    palm,
    down: (id: number, type = "touch") => tell("pointerdown", id, type),
    move: (id: number, type = "touch") => tell("pointermove", id, type),
    up: (id: number, type = "touch") => tell("pointerup", id, type),
    click: (id: number) => tell("click", id, "touch"),
    isPalm: (pointerId: number) => palm.isPalm({ pointerId, pointerType: "touch" }),
  };
}

describe("the palm", () => {
  it("is none where no pen is: fingers do what they do", () => {
    const { down, up, click, isPalm } = page();
    down(1);
    expect(isPalm(1)).toBe(false);
    up(1);
    expect(click(1)).toBe(true);
  });

  it("is what lay there before the pen came, what comes while it draws, and what comes soon after", () => {
    const { down, up, isPalm } = page();
    down(1);
    down(2, "pen");
    down(3);
    up(2, "pen");
    vi.advanceTimersByTime(PALM_MS - 1);
    down(4);
    expect([1, 3, 4].map(isPalm)).toEqual([true, true, true]);
    vi.advanceTimersByTime(PALM_MS);
    down(5);
    expect(isPalm(5)).toBe(false);
  });

  it("comes with a pen that only hovers, too", () => {
    const { down, move, isPalm } = page();
    move(2, "pen");
    down(1);
    expect(isPalm(1)).toBe(true);
  });

  it("presses no button when it is lifted, and a finger after it does", () => {
    const { down, up, click } = page();
    down(1);
    down(2, "pen");
    up(2, "pen");
    up(1);
    expect(click(1)).toBe(false);
    vi.advanceTimersByTime(PALM_MS);
    down(1);
    up(1);
    expect(click(1)).toBe(true);
  });
});

/** Pens in two boxes: the first may be drawing. */
function boxes(isDrawing: boolean) {
  const pens = new Pens();
  const undone: number[] = [];
  const pen = (place: number, draws: boolean) => ({ hasInk: draws, isDrawing: draws, width: 1, drop: vi.fn(), finish: vi.fn(), resume: vi.fn(), close: vi.fn(), undo: () => undone.push(place) });
  pens.add(0, pen(0, isDrawing));
  pens.add(1, pen(1, false));
  return { pens, undone, takes: (place: number, pointerType: string) => pens.takes(place, { pointerId: 9, pointerType } as PointerEvent) };
}

describe("pens in boxes", () => {
  it("draw one at a time: a second finger on another box is none, and cuts off nothing", () => {
    const { takes, undone } = boxes(true);
    expect([takes(1, "touch"), takes(0, "touch"), undone]).toEqual([false, true, []]);
    expect(boxes(false).takes(1, "touch")).toBe(true);
  });

  it("go before the palm that came with them", () => {
    const { takes, undone } = boxes(true);
    expect([takes(1, "pen"), undone]).toEqual([true, [0]]);
  });

  it("have nothing of a touch that is a palm", () => {
    const { pens, takes } = boxes(false);
    const target = new EventTarget();
    pens.palm.watch(target);
    for (const [pointerId, pointerType] of [[1, "pen"], [9, "touch"]]) target.dispatchEvent(Object.assign(new Event("pointerdown"), { pointerId, pointerType }));
    expect(takes(1, "touch")).toBe(false);
  });
});

const stroke = (left: number, right: number) => [{ x: left, y: 0, t: 0 }, { x: right, y: 1, t: 9 }];

describe("pieces of a wide drawing", () => {
  it("are strokes that stand above each other, from left to right, however they were drawn", () => {
    const [one, bar, four, post] = [stroke(0.1, 0.12), stroke(0.3, 0.4), stroke(0.6, 0.7), stroke(0.69, 0.72)];
    expect(piecesOf([four, one, post, bar], 3)).toEqual([[one], [bar], [four, post]]);
  });

  it.each([[1], [3]])("are none where there are not just as many: %i asked of two", (count) => {
    expect(piecesOf([stroke(0, 0.1), stroke(0.5, 0.6)], count)).toBeNull();
  });

  it("are none of no ink", () => {
    expect(piecesOf([], 4)).toBeNull();
  });
});

function full(): never {
  throw new DOMException("The quota has been exceeded.", "QuotaExceededError");
}

describe("the pause after a digit", () => {
  it.each([[null, 900], ["1500", 1_500], ["1", 600], ["99999", 2_500], ["", 900], ["soon", 900], ["-Infinity", 900]])("is, with %j remembered, %i ms", (kept, pause) => {
    vi.stubGlobal("localStorage", { getItem: () => kept });
    expect(recallPause()).toBe(pause);
    expect(PAUSE_MS).toMatchObject({ least: 600, usual: 900, most: 2_500 });
  });

  it("says so where storage is full", () => {
    vi.stubGlobal("localStorage", { getItem: () => null, setItem: full });
    expect([rememberPause(1_200), rememberSpeech({ listener: "ears", volume: 1, rate: 1 })]).toEqual([false, false]);
  });
});

describe("what is set", () => {
  const before = { listener: "ears", volume: 1, rate: 1 } as const;
  it.each([
    [{ ...before, volume: 0.3 }, true, ["volume", { share: 30 }]],
    [{ ...before, rate: 1.3 }, true, ["rate", { share: 130 }]],
    [{ ...before, rate: 1.3 }, false, null],
    [{ ...before, listener: "reader" }, false, ["screen_reader_on"]],
  ] as const)("is told as what was changed: %j, unseen %j", (after, isUnseen, said) => {
    expect(changeOf(before, after, isUnseen)).toEqual(said);
    expect(changeOf({ ...before, listener: "reader" }, before, isUnseen)).toEqual(["sound_on"]);
  });
});
