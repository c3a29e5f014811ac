import { describe, expect, it } from "vitest";
import { COLOURS, greatestOf, hasOpponents, regionOf, shaded } from "../src/explain/weights";

const mapOf = (...places: [x: number, y: number, weight: number][]): number[][] => {
  const map = Array.from({ length: 28 }, () => Array<number>(28).fill(0));
  for (const [x, y, weight] of places) (map[y] as number[])[x] = weight;
  return map;
};

describe("the map", () => {
  it.each([
    ["decided", 0.8, [...COLOURS.decided, 255]],
    ["spoke against", -0.8, [...COLOURS.against, 255]],
    ["did not matter", 0, [...COLOURS.neutral, 115]],
  ] as const)("shows ink that %s by colour and by light", (_, weight, colour) => {
    expect(shaded(255, weight, 0.8)).toEqual(colour);
  });

  it("has no colour where no place matters, and no light where there is no ink", () => {
    expect(shaded(255, 0.001, 0.001).slice(0, 3)).toEqual([...COLOURS.neutral]);
    expect(shaded(0, 0.8, 0.8)[3]).toBe(0);
  });

  it.each([
    [[[4, 4, 0.9], [20, 24, 0.1]], { row: 0, column: 0 }],
    [[[4, 4, 0.1], [20, 24, 0.9]], { row: 2, column: 2 }],
    [[[4, 4, 0.1], [12, 14, 0.9], [20, 24, 0.1]], { row: 1, column: 1 }],
    [[[9, 9, 0.5]], { row: 1, column: 1 }],
    [[[4, 4, -0.9], [20, 24, 0.001]], null],
    [[], null],
  ] as const)("of %j has its heaviest ink at %j", (places, region) => {
    expect(regionOf(mapOf(...(places as unknown as [number, number, number][])))).toEqual(region);
  });

  it("tells opponents from noise", () => {
    expect(hasOpponents(mapOf([1, 1, 0.9], [2, 2, -0.3]))).toBe(true);
    expect(hasOpponents(mapOf([1, 1, 0.9], [2, 2, -0.01]))).toBe(false);
    expect(greatestOf(mapOf([1, 1, -0.9]))).toBe(0.9);
  });
});
