import { describe, expect, it, vi } from "vitest";
import { type Deed, type Review, ReviewError, type Sample, type SamplePage } from "../src/review/api";
import { cardOf, reasonsOf } from "../src/review/card";
import { Deciding, type Shown } from "../src/review/deciding";

const sampleOf = (id: string): Sample => ({ id, glyph: "", label: 1, read: 7, is_read: true, confidence: 0.9, state: "quarantined", day: "2026-11-21", has_drawing: true });
const COUNTS = { quarantined: 3, disputed: 3, new: 0, accepted: 0, rejected: 0 };
const SEVEN = { kind: "mark", mark: 7 } as const;

/** A server with these pages, which does what it is told unless `fault` says otherwise. */
class Desk {
  readonly told: Deed[][] = [];
  readonly asked: (string | null)[] = [];
  fault: ReviewError | null = null;
  shown: Shown | null = null;
  readonly changes: Partial<Shown>[] = [];
  isOver = false;
  readonly deciding: Deciding;

  constructor(pages: Readonly<Record<string, SamplePage>>) {
    const decide = async (deeds: readonly Deed[]) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      if (this.fault) throw this.fault;
      this.told.push([...deeds]);
      return { done: deeds.length, gone: deeds.filter(({ id }) => id === "gone").map(({ id }) => id) };
    };
    const samples = async (_: string, after: string | null): Promise<SamplePage> => {
      this.asked.push(after);
      return pages[after ?? ""] ?? { samples: [], after: null };
    };
    const review = { decide, samples, counts: async () => COUNTS } as unknown as Review;
    const show = (change: Partial<Shown>): void => {
      this.changes.push(change);
      this.shown = { grid: null, counts: null, error: null, gone: 0, ...this.shown, ...change };
    };
    this.deciding = new Deciding(review, "quarantined", show, () => void (this.isOver = true));
  }

  get marks(): readonly unknown[] {
    return [...(this.shown?.grid?.marks.values() ?? [])];
  }
}

const pages = { "": { samples: ["a", "gone", "c"].map(sampleOf), after: "p2" }, p2: { samples: ["d"].map(sampleOf), after: null } };

async function opened(): Promise<Desk> {
  const desk = new Desk(pages);
  desk.deciding.start();
  await vi.waitFor(() => expect(desk.shown?.counts).toEqual(COUNTS));
  return desk;
}

describe("deciding", () => {
  it("shows a decision at once, and sends them in their order", async () => {
    const desk = await opened();
    desk.deciding.order(SEVEN, 4);
    desk.deciding.order({ kind: "mark", mark: "reject" }, 4);
    desk.deciding.order({ kind: "undo" }, 4);
    expect(desk.marks).toEqual([7]);
    await vi.waitFor(() => expect(desk.told.flat()).toHaveLength(3));
    expect(desk.told.flat().map(({ id, act }) => [id, act])).toEqual([["a", "label"], ["gone", "reject"], ["gone", "restore"]]);
  });

  it("sends at once what was decided while another decision was on its way", async () => {
    const desk = await opened();
    for (let count = 0; count < 3; count += 1) desk.deciding.order(SEVEN, 4);
    await vi.waitFor(() => expect(desk.told.flat()).toHaveLength(3));
    expect(desk.told.length).toBeLessThan(3);
    expect(desk.shown?.gone).toBe(1);
  });

  it("waits for what is on its way before it asks for more", async () => {
    const desk = await opened();
    desk.deciding.order(SEVEN, 4);
    desk.deciding.next();
    await vi.waitFor(() => expect(desk.shown?.grid?.samples.map(({ id }) => id)).toEqual(["d"]));
    expect([desk.told.length, desk.asked]).toEqual([1, [null, "p2"]]);
    desk.deciding.next(); // after the last page comes the first
    await vi.waitFor(() => expect(desk.asked).toEqual([null, "p2", null]));
  });

  it("shows the samples as the server has them where a decision is not taken", async () => {
    const desk = await opened();
    desk.fault = new ReviewError(503, "busy");
    desk.deciding.order(SEVEN, 4);
    await vi.waitFor(() => expect([desk.shown?.error?.status, desk.marks, desk.asked.length]).toEqual([503, [], 2]));
    expect(desk.isOver).toBe(false);
    desk.fault = null;
    desk.deciding.order(SEVEN, 4);
    await vi.waitFor(() => expect(desk.told).toHaveLength(1));
    expect(desk.shown?.error).toBeNull();
  });

  it("says that the session is over", async () => {
    const desk = await opened();
    desk.fault = new ReviewError(401, "");
    desk.deciding.order(SEVEN, 4);
    await vi.waitFor(() => expect(desk.isOver).toBe(true));
  });

  it("goes on where a page has nothing and is not the last", async () => {
    const desk = new Desk({ "": { samples: [], after: "far" }, far: { samples: ["z"].map(sampleOf), after: null } });
    desk.deciding.start();
    await vi.waitFor(() => expect(desk.shown?.grid?.samples).toHaveLength(1));
  });

  it("shows nothing any longer once it is closed", async () => {
    const desk = await opened();
    desk.deciding.next();
    desk.deciding.close();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(desk.shown?.grid?.samples).toHaveLength(3);
  });
});

describe("deciding of a queue that was left", () => {
  it("tells that a decision was not taken, and brings back no sample: a key would decide on it", async () => {
    const desk = await opened();
    desk.fault = new ReviewError(503, "busy");
    desk.deciding.order(SEVEN, 4);
    desk.deciding.close();
    desk.changes.length = 0;
    await vi.waitFor(() => expect(desk.changes).toEqual([{ error: desk.fault }]));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect([desk.changes.length, desk.asked]).toEqual([1, [null]]);
  });

  it("changes nothing of what is shown where its decisions are taken", async () => {
    const desk = await opened();
    for (let count = 0; count < 3; count += 1) desk.deciding.order(SEVEN, 4);
    desk.deciding.close();
    desk.changes.length = 0;
    await vi.waitFor(() => expect(desk.told.flat()).toHaveLength(3));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(desk.changes).toEqual([]);
  });
});

describe("cardOf", () => {
  it("reads scores, slices and the course of a training", () => {
    const score = { count: 10, accuracy: 0.9, accepted: 0.8, accepted_error: 0.01, confusion: [[1]] };
    const card = cardOf({ scores: { test: score }, training: { slices: { tiny: { count: 2, accuracy: 1 } }, history: { loss: [2, 1], note: "x" } } });
    expect(card.scores).toEqual([{ name: "test", count: 10, accuracy: 0.9, accepted: 0.8, accepted_error: 0.01 }]);
    expect(card.slices).toEqual([{ name: "tiny", count: 2, accuracy: 1 }]);
    expect(card.history).toEqual([{ name: "loss", values: [2, 1] }]);
  });

  it.each([null, undefined, 3, "card", [], {}, { scores: 7, training: null }, { scores: { a: null }, training: { history: { loss: [null, "x"], empty: [] } } }])("takes %j for what it is", (card) => {
    const { slices, history } = cardOf(card);
    expect([slices, history]).toEqual([[], []]);
  });
});

describe("reasonsOf", () => {
  const reasons = [
    { code: "better", ruling: "promote", words: "better", numbers: {} },
    { code: "part", ruling: "reject", words: "worse", numbers: {} },
  ];

  it.each([{ reasons }, { judgement: { reasons } }])("names those against a candidate first: %j", (numbers) => {
    expect(reasonsOf(numbers).map(({ code }) => code)).toEqual(["part", "better"]);
  });

  it.each([{}, { reasons: 3 }, { judgement: [] }, { judgement: null }])("finds none in %j", (numbers) => {
    expect(reasonsOf(numbers)).toEqual([]);
  });
});
