import { describe, expect, it } from "vitest";
import type { Key } from "../src/keys";
import type { Deed, Sample } from "../src/review/api";
import { type Grid, gridOf, leftOf, type Mark, type Move, type Order, ordered } from "../src/review/grid";
import { orderOf } from "../src/review/keys";

const COLUMNS = 4;
const sampleOf = (place: number): Sample => ({ id: `s${place}`, glyph: "", label: 1, read: 7, is_read: true, confidence: 0.9, state: "quarantined", day: "2026-11-21", has_drawing: true });
const ten = gridOf([...Array(10).keys()].map(sampleOf));
const mark = (value: Mark): Order => ({ kind: "mark", mark: value });
const move = (to: Move, isExtending = false): Order => ({ kind: "move", move: to, extends: isExtending });

function after(grid: Grid, ...orders: readonly Order[]): { grid: Grid; deeds: readonly Deed[] } {
  let deeds: readonly Deed[] = [];
  for (const order of orders) {
    const outcome = ordered(grid, order, COLUMNS);
    grid = outcome.grid;
    ({ deeds } = outcome);
  }
  return { grid, deeds };
}

const chosen = (grid: Grid): readonly string[] => [...grid.chosen].toSorted();

describe("moving", () => {
  it.each([
    ["right", 0, 1],
    ["right", 9, 9],
    ["left", 0, 0],
    ["left", 5, 4],
    ["down", 1, 5],
    ["down", 7, 9], // into a shorter last row: to its end
    ["down", 8, 8],
    ["up", 5, 1],
    ["up", 3, 3],
    ["first", 7, 0],
    ["last", 2, 9],
  ] as const)("%s from %i leads to %i", (to, from, place) => {
    expect(after({ ...ten, at: from }, move(to)).grid.at).toBe(place);
  });

  it("does nothing where there is no sample", () => {
    const nothing = gridOf([]);
    for (const order of [move("right"), mark(3), { kind: "undo" }, { kind: "all" }] as const) expect(after(nothing, order)).toEqual({ grid: nothing, deeds: [] });
  });

  it("chooses all between with Shift, also backwards, and none without", () => {
    const { grid } = after({ ...ten, at: 5, anchor: 5 }, move("right", true), move("right", true));
    expect(chosen(grid)).toEqual(["s5", "s6", "s7"]);
    expect(chosen(after(grid, move("up", true)).grid)).toEqual(["s3", "s4", "s5"]);
    expect(chosen(after(grid, move("left")).grid)).toEqual([]);
  });

  it("goes to where it is pointed at, and chooses with Ctrl and Shift", () => {
    const { grid } = after(ten, { kind: "go", place: 2, extends: false, toggles: true }, { kind: "go", place: 6, extends: false, toggles: true });
    expect([grid.at, chosen(grid)]).toEqual([6, ["s2", "s6"]]);
    expect(chosen(after(grid, { kind: "toggle" }).grid)).toEqual(["s2"]);
    expect(chosen(after(grid, { kind: "go", place: 8, extends: true, toggles: false }).grid)).toEqual(["s6", "s7", "s8"]);
    expect(after(ten, { kind: "go", place: 99, extends: false, toggles: false }).grid.at).toBe(0);
  });
});

describe("deciding", () => {
  it("labels the current sample and goes on to the next that is open", () => {
    const { grid, deeds } = after(ten, mark(7));
    expect(deeds).toEqual([{ id: "s0", act: "label", label: 7, state: "accepted" }]);
    expect([grid.at, grid.marks.get("s0"), leftOf(grid)]).toEqual([1, 7, 9]);
    expect(after({ ...grid, at: 9 }, mark(7)).grid.at).toBe(1); // from the end to what was left out
  });

  it("is done with all that are chosen, and with nothing else", () => {
    const { grid, deeds } = after(ten, move("right", true), move("right", true), mark("reject"));
    expect(deeds.map(({ id, act }) => [id, act])).toEqual([["s0", "reject"], ["s1", "reject"], ["s2", "reject"]]);
    expect([grid.at, grid.chosen.size]).toEqual([3, 0]);
    expect(after(ten, { kind: "all" }, mark(null)).deeds).toHaveLength(10);
  });

  it("tells the server nothing of what is skipped", () => {
    const { grid, deeds } = after(ten, mark("skip"));
    expect([deeds, grid.at, leftOf(grid)]).toEqual([[], 1, 9]);
  });

  it("takes back a decision that is skipped afterwards", () => {
    expect(after(ten, mark(7), move("first"), mark("skip")).deeds).toEqual([{ id: "s0", act: "restore", label: 1, state: "quarantined" }]);
  });

  it("undoes one decision after the other, each with all of its samples", () => {
    const { grid } = after(ten, { kind: "all" }, mark(3), move("first"), mark("reject"), move("first"), mark("skip"));
    const first = after(grid, { kind: "undo" });
    expect(first.deeds).toEqual([{ id: "s0", act: "reject", state: "rejected" }]);
    const second = after(first.grid, { kind: "undo" });
    expect([second.deeds, second.grid.at]).toEqual([[{ id: "s0", act: "label", label: 3, state: "accepted" }], 0]);
    const third = after(second.grid, { kind: "undo" });
    expect(third.deeds).toHaveLength(10);
    expect(third.deeds.every(({ act, label, state }) => act === "restore" && label === 1 && state === "quarantined")).toBe(true);
    expect([leftOf(third.grid), third.grid.before.length]).toEqual([10, 0]);
    expect(after(third.grid, { kind: "undo" }).deeds).toEqual([]);
  });

  it("never changes a grid that somebody holds", () => {
    const before = structuredClone(ten);
    after(ten, { kind: "all" }, mark(3), { kind: "undo" }, { kind: "toggle" });
    expect(ten).toEqual(before);
  });
});

const key = (name: string, part: Partial<Key> = {}): Key => ({ key: name, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, repeat: false, code: "", ...part });

it.each([
  ["a digit labels", key("7"), mark(7)],
  ["so it does where digits are on Shift", key("7", { shiftKey: true }), mark(7)],
  ["N says that it is none", key("n"), mark(null)],
  ["S skips", key("s"), mark("skip")],
  ["R rejects", key("r"), mark("reject")],
  ["so it does where Korean is typed", key("ㄱ", { code: "KeyR" }), mark("reject")],
  ["so it does with caps lock", key("R", { code: "KeyR" }), mark("reject")],
  ["Delete rejects", key("Delete"), mark("reject")],
  ["U undoes", key("u"), { kind: "undo" }],
  ["Ctrl+Z undoes", key("z", { ctrlKey: true }), { kind: "undo" }],
  ["Ctrl+A chooses all", key("a", { ctrlKey: true }), { kind: "all" }],
  ["Escape chooses none", key("Escape"), { kind: "none" }],
  ["Space chooses one more", key(" "), { kind: "toggle" }],
  ["an arrow moves", key("ArrowDown"), move("down")],
  ["and moves on while it is held", key("ArrowDown", { repeat: true }), move("down")],
  ["with Shift it chooses", key("ArrowLeft", { shiftKey: true }), move("left", true)],
  ["a digit that is held labels once", key("7", { repeat: true }), null],
  ["the browser keeps its own keys", key("r", { ctrlKey: true }), null],
  ["and those with Alt", key("ArrowLeft", { altKey: true }), null],
  ["Shift and a letter do nothing", key("R", { shiftKey: true, code: "KeyR" }), null],
  ["Tab leaves the grid", key("Tab", { code: "Tab" }), null],
  ["another letter does nothing", key("x", { code: "KeyX" }), null],
] as const)("%s", (_, pressed, order) => {
  expect(orderOf(pressed)).toEqual(order);
});
