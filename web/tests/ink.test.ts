import { describe, expect, it } from "vitest";
import { boxAround, extent, fromWire, isTooMuch, POINTS_MAX, POINTS_TOTAL_MAX, type Point, STROKES_MAX, thin, toWire } from "../src/ink";

const line = (count: number, pressure?: number): Point[] =>
  Array.from({ length: count }, (_, place) => {
    const at = { x: place / count, y: 0.5, t: 100 + place };
    return pressure === undefined ? at : { ...at, pressure };
  });

const across = (length: number): Point[] => [0, 1].map((end) => ({ x: 0.5 + end * length, y: 0.5, t: end }));

describe("thin", () => {
  it("leaves what is short enough as it is", () => {
    const stroke = line(7);
    expect(thin(stroke, 7)).toBe(stroke);
  });

  it("keeps the first and the last point, the order, and no more than it may", () => {
    const thinned = thin(line(5_001), 2_000);
    expect(thinned).toHaveLength(2_000);
    expect([thinned[0]?.t, thinned.at(-1)?.t]).toEqual([100, 5_100]);
    expect(thinned.every((point, place) => place === 0 || point.t > (thinned[place - 1]?.t ?? 0))).toBe(true);
  });
});

describe("toWire", () => {
  it("sends thousandths of the side, and time from the first point on", () => {
    const ink = [[{ x: 0.25, y: 0.5, t: 1_000.4 }], [{ x: 1, y: -0.00004, t: 1_016.6 }]];
    expect(toWire(ink)).toEqual([[[250, 500, 0]], [[1_000, -0, 16]]]);
  });

  it("sends a tap that trembled as a dot, and a short stroke as it is", () => {
    expect(toWire([across(0.01)])).toEqual([[[500, 500, 0]]]);
    expect(toWire([across(0.02)])[0]).toHaveLength(2);
  });

  it("sends pressure only where it was measured", () => {
    expect(toWire([line(1, 0.33333), line(1)])).toEqual([[[0, 500, 0, 0.333]], [[0, 500, 0]]]);
  });

  it("stays within what the server takes, however much was drawn", () => {
    const wire = toWire(Array.from({ length: STROKES_MAX }, () => line(4_000, 0.123)));
    expect(Math.max(...wire.map((stroke) => stroke.length))).toBeLessThanOrEqual(POINTS_MAX);
    expect(wire.flat().length).toBeLessThanOrEqual(POINTS_TOTAL_MAX);
    expect(JSON.stringify(wire).length).toBeLessThan(1_000_000);
  });
});

describe("fromWire", () => {
  it("gives a box back in the units of the ink", () => {
    expect(fromWire({ left: 250, top: 500, width: 100, height: 1_000 })).toEqual({ left: 0.25, top: 0.5, width: 0.1, height: 1 });
  });
});

describe("an ink", () => {
  it("is too much with more strokes than the server takes", () => {
    expect(isTooMuch(Array.from({ length: STROKES_MAX }, () => line(1)))).toBe(false);
    expect(isTooMuch(Array.from({ length: STROKES_MAX + 1 }, () => line(1)))).toBe(true);
  });

  it("is as large as the longer side of its box, and has no size as a dot or without strokes", () => {
    expect(extent([[{ x: 0.2, y: 0.1, t: 0 }], [{ x: 0.3, y: 0.9, t: 1 }]])).toBeCloseTo(0.8);
    expect(extent([line(1)])).toBe(0);
    expect(extent([])).toBe(0);
  });

  it("is in the smallest box around all of its strokes", () => {
    expect(boxAround([across(0.3), line(1)])).toEqual({ left: 0, top: 0.5, width: expect.closeTo(0.8), height: 0 });
    expect(boxAround([])).toEqual({ left: 0, top: 0, width: 0, height: 0 });
  });
});
