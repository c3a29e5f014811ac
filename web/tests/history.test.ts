import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { START, type View } from "../src/desk";
import { ENTRIES_MAX, type Entry, entriesOf, entryOf, ordered, textOf } from "../src/history/entry";
import { csvOf, jsonOf } from "../src/history/export";
import { History } from "../src/history/history";
import { findingOf, itemOf, numberOf } from "./readings";

const entry = (id: string, part: Partial<Entry> = {}): Entry => ({ id, at: Number(id) || 0, source: "drawing", digits: "7", verdict: "digit", confidence: 0.98, strokes: [[[1, 2]]], ...part });
const viewOf = (answer: View["answer"], part: Partial<View> = {}): View => ({ ...START, strokes: 1, answer, ink: [[{ x: 0.1, y: 0.25, t: 3 }]], ...part });

describe("an entry", () => {
  it("is what was read, and where the pen went, in thousandths", () => {
    expect(entryOf(viewOf(findingOf()), "a", 5)).toEqual({ id: "a", at: 5, source: "drawing", digits: "7", verdict: "digit", confidence: 0.98, strokes: [[[100, 250]]] });
  });

  it("of a number is as sure as its most doubtful digit", () => {
    const number = numberOf(itemOf(0), itemOf(4, { verdict: "unsure", confidence: 0.6 }), itemOf(null));
    expect(entryOf(viewOf(findingOf({}, number)), "a", 5)).toMatchObject({ digits: "04", verdict: "unsure", confidence: 0.6 });
  });

  it("of a picture holds nothing of the picture", () => {
    expect(entryOf(viewOf(findingOf({}, numberOf(itemOf(4))), { source: "picture" }), "a", 5)).toMatchObject({ digits: "4", strokes: [] });
  });

  it.each([null, "refused", "too_much", findingOf({ verdict: "empty", digit: null }), findingOf({}, numberOf())] as const)("is not made of %j", (answer) => {
    expect(entryOf(viewOf(answer), "a", 5)).toBeNull();
  });

  it("has few points, however long the pen was down", () => {
    const long = Array.from({ length: 5_000 }, (_, t) => ({ x: t / 5_000, y: 0.5, t }));
    const found = entryOf(viewOf(findingOf(), { ink: [long, long] }), "a", 5);
    expect(found?.strokes.flat().length).toBeLessThanOrEqual(240);
    expect(entriesOf(textOf(found ? [found] : []))).toEqual([found]);
  });
});

describe("what memory holds", () => {
  it("comes back as it was, newest first, and no more than are kept", () => {
    const many = Array.from({ length: ENTRIES_MAX + 50 }, (_, at) => entry(String(at)));
    const found = entriesOf(textOf(many));
    expect(found).toHaveLength(ENTRIES_MAX);
    expect(found[0]?.id).toBe(String(ENTRIES_MAX + 49));
  });

  it.each([
    null, "", "{", "null", "3", "[null]", '["x"]',
    JSON.stringify([entry("1", { digits: "<img>" })]),
    JSON.stringify([entry("1", { digits: "=1+1" })]),
    JSON.stringify([entry("1", { at: 1e300 })]),
    JSON.stringify([entry("1", { confidence: 2 })]),
    JSON.stringify([entry("1", { verdict: "empty" })]),
    JSON.stringify([entry("1", { strokes: [[]] })]),
    JSON.stringify([{ ...entry("1"), strokes: [[["x", 1]]] }]),
    JSON.stringify([{ ...entry("1"), source: "server" }]),
  ])("may be %j, which is passed over", (text) => {
    expect(entriesOf(text)).toEqual([]);
  });

  it("has each entry once", () => {
    expect(ordered([entry("1", { digits: "4" }), entry("1")])).toEqual([entry("1", { digits: "4" })]);
  });
});

describe("the history", () => {
  let kept: Map<string, string>;
  let room = Infinity;

  beforeEach(() => {
    kept = new Map();
    room = Infinity;
    vi.stubGlobal("localStorage", {
      getItem: (name: string) => kept.get(name) ?? null,
      setItem: (name: string, value: string) => {
        if (value.length > room) throw new DOMException("full", "QuotaExceededError");
        kept.set(name, value);
      },
    });
  });
  afterEach(() => void vi.unstubAllGlobals());

  it("puts, deletes and restores, and what is deleted is gone from memory at once", () => {
    const history = new History(() => {});
    for (const id of ["1", "2", "3"]) history.put(entry(id));
    history.remove([entry("2")]);
    expect(kept.get("sutja.history")).not.toContain('"id":"2"');
    history.restore();
    expect(history.kept.entries.map(({ id }) => id)).toEqual(["3", "2", "1"]);
    expect(history.kept.deleted).toEqual([]);
  });

  it("keeps what another tab has added", () => {
    const [one, other] = [new History(() => {}), new History(() => {})];
    one.put(entry("1"));
    other.put(entry("2"));
    one.put(entry("3"));
    expect(one.kept.entries.map(({ id }) => id)).toEqual(["3", "2", "1"]);
  });

  it("lets the older half go where there is no room", () => {
    const history = new History(() => {});
    for (const id of ["1", "2", "3", "4"]) history.put(entry(id));
    room = kept.get("sutja.history")?.length ?? 0;
    history.put(entry("5"));
    expect(history.kept).toMatchObject({ isLasting: true });
    expect(history.kept.entries.map(({ id }) => id)).toEqual(["5", "4"]);
  });

  it("goes on by itself where nothing may be kept", () => {
    room = -1;
    const history = new History(() => {});
    for (const id of ["1", "2"]) history.put(entry(id));
    expect(history.kept).toMatchObject({ isLasting: false });
    expect(history.kept.entries.map(({ id }) => id)).toEqual(["2", "1"]);
  });
});

describe("an export", () => {
  const entries = [entry("2", { digits: "007", at: 1_000 }), entry("1", { digits: "", verdict: "not_a_digit", confidence: 0, at: 0, source: "picture", strokes: [] })];

  it("as CSV has a head, a row for each, and keeps zeros in front", () => {
    expect(csvOf(entries).split("\r\n")).toEqual([
      "time,source,digits,verdict,confidence",
      '"1970-01-01T00:00:00.000Z","picture","","not_a_digit",0',
      '"1970-01-01T00:00:01.000Z","drawing","007","digit",0.98',
      "",
    ]);
  });

  it("as JSON has strokes as the server takes them", () => {
    const { format, readings } = JSON.parse(jsonOf(entries));
    expect(format).toBe("sutja-history");
    expect(readings.map((reading: { strokes: unknown }) => reading.strokes)).toEqual([[], [[[1, 2]]]]);
  });
});
