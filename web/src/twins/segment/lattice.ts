/**
 * A lattice, all the ways to cut a drawing into pieces that may be digits: the twin of `src/sutja/segment/lattice.py`,
 * which explains it.
 */

import type { Box } from "../../ink";
import { LATTICE } from "../constants";
import type { Paths } from "../ink";
import type { Bond } from "./bonds";
import { gapBetween, right, union } from "./boxes";

const { APART_MAX, BEAM, GAP, GAP_COST, GROUPS_MAX, HEIGHT_COST, HEIGHTS, LATE_COST, PAUSE_COST, PAUSE_MS, PIECES_MAX, PRIOR_MIN, REACH, SIZE_MAX, WIDTH, WIDTH_COST, WIDTH_MAX } = LATTICE;
/** In heights: nothing counts as lower, so that a level stroke has a logarithm. */
const LOWEST = 1e-3;

/**
 * A part of a drawing that is never cut further; `place` counts the parts of one stroke, and `drawn` the strokes, of
 * which `begun` and `ended` tell when they were drawn, in ms, where it is known.
 */
export interface Primitive {
  readonly box: Box;
  readonly drawn: number;
  readonly place: number;
  readonly cutCost: number;
  readonly begun: number | null;
  readonly ended: number | null;
}

/** Primitives by their places, ascending, as one piece; `prior` is the logarithm of how likely a digit has its form. */
export interface Group {
  readonly places: readonly number[];
  readonly box: Box;
  readonly prior: number;
}

export interface Piece extends Group {
  readonly drawing: Paths;
}

/** The pieces of a drawing of `size` primitives, in reading order. */
export interface Lattice {
  readonly size: number;
  readonly pieces: readonly Piece[];
}

/** How many groups of several primitives may begin at each, so that a page full of marks stays bounded. */
export function groupsMost(count: number): number {
  return Math.max(1, Math.min(GROUPS_MAX, Math.floor(PIECES_MAX / Math.max(1, count))));
}

/**
 * The groups of one line's primitives, from left to right, that may be one digit about as high as `height`; at most so
 * many of several primitives with the same first one.
 */
export function groups(primitives: readonly Primitive[], height: number, bonds: readonly Bond[], most: number): Group[] {
  const line = { primitives, height, near: neighbours(primitives, height), partings: partingsOf(primitives, bonds) };
  return primitives.flatMap((_, first) => groupsFrom(line, first, most));
}

/** The primitives of a line of writing: who of them is whose neighbour, and from whom it costs something to part them. */
interface Line {
  readonly primitives: readonly Primitive[];
  readonly height: number;
  readonly near: readonly ReadonlySet<number>[];
  readonly partings: readonly (readonly Parting[])[];
}

interface Parting {
  readonly other: number;
  readonly cost: number;
}

function neighbours(primitives: readonly Primitive[], height: number): Set<number>[] {
  const near = primitives.map(() => new Set<number>());
  for (const [place, one] of primitives.entries()) {
    for (const [step, other] of primitives.slice(place + 1, place + REACH).entries()) {
      if (!areNeighbours(one, other, height)) continue;
      near[place]?.add(place + 1 + step);
      near[place + 1 + step]?.add(place);
    }
  }
  return near;
}

/** For each primitive the others from which it costs something to part it, and half of that: the other pays the rest. */
function partingsOf(primitives: readonly Primitive[], bonds: readonly Bond[]): Parting[][] {
  const costs = new Map(bonds.map((bond) => [`${bond.one} ${bond.other}`, bond]));
  for (const [place, { drawn, place: step, cutCost }] of primitives.entries()) {
    if (step === 0) continue;
    const before = primitives.findIndex((each) => each.drawn === drawn && each.place === step - 1);
    const [one, other] = [Math.min(before, place), Math.max(before, place)];
    costs.set(`${one} ${other}`, { one, other, cost: cutCost });
  }
  const partings: Parting[][] = primitives.map(() => []);
  for (const { one, other, cost } of costs.values()) {
    if (cost === 0) continue;
    partings[one]?.push({ other, cost: cost / 2 });
    partings[other]?.push({ other: one, cost: cost / 2 });
  }
  return partings;
}

/** Grow groups from their first primitive by one neighbour at a time, and keep the likeliest of each size. */
function groupsFrom(line: Line, first: number, most: number): Group[] {
  const alone = groupOf(line, [first]);
  const found: Group[] = [];
  let grown = [alone];
  for (let size = 1; size < SIZE_MAX && grown.length > 0; size += 1) {
    const fitting = larger(line, grown, first).filter((places) => widthOf(line.primitives, places) <= WIDTH_MAX * line.height);
    grown = likeliest(fitting.map((places) => groupOf(line, places))).slice(0, Math.min(BEAM, most));
    found.push(...grown);
  }
  return [alone, ...likeliest(found).slice(0, most).filter(({ prior }) => prior > PRIOR_MIN)];
}

/** The groups with one neighbour more within reach of their first primitive, each once. */
function larger({ primitives, near }: Line, grown: readonly Group[], first: number): number[][] {
  const found = new Map<string, number[]>();
  for (const { places } of grown) {
    for (let place = first + 1; place < Math.min(first + REACH, primitives.length); place += 1) {
      if (places.includes(place) || !places.some((other) => near[other]?.has(place))) continue;
      const more = [...places, place].toSorted((one, other) => one - other);
      found.set(more.join(), more);
    }
  }
  return [...found.values()];
}

/** The likeliest first; of equals those whose places come first, number by number. */
function likeliest(some: readonly Group[]): Group[] {
  return some.toSorted((one, other) => other.prior - one.prior || comparePlaces(one.places, other.places));
}

function comparePlaces(one: readonly number[], other: readonly number[]): number {
  const differing = one.findIndex((place, index) => place !== other[index]);
  return differing < 0 ? one.length - other.length : (one[differing] ?? 0) - (other[differing] ?? -1);
}

function areNeighbours(one: Primitive, other: Primitive, height: number): boolean {
  if (one.drawn === other.drawn) return Math.abs(one.place - other.place) === 1;
  return gapBetween(one.box, other.box) <= APART_MAX * height;
}

function partsOf(primitives: readonly Primitive[], places: readonly number[]): Primitive[] {
  return places.flatMap((place) => primitives[place] ?? []);
}

function widthOf(primitives: readonly Primitive[], places: readonly number[]): number {
  const boxes = partsOf(primitives, places).map(({ box }) => box);
  return Math.max(...boxes.map(right)) - Math.min(...boxes.map(({ left }) => left));
}

function groupOf({ primitives, height, partings }: Line, places: readonly number[]): Group {
  const parts = partsOf(primitives, places);
  const boxes = parts.map((part) => part.box);
  const box = union(boxes);
  const parted = places.flatMap((place) => partings[place] ?? []).filter(({ other }) => !places.includes(other));
  const cost = parted.reduce((sum, parting) => sum + parting.cost, 0);
  return { places, box, prior: -(formCost(box, widestGap(boxes), height) + cost + lateCost(parts) + pauseCost(parts)) };
}

function formCost(box: Box, gap: number, height: number): number {
  const size = Math.max(box.height / height, LOWEST);
  return (
    HEIGHT_COST * Math.max(0, Math.log(HEIGHTS[0] / size), Math.log(size / HEIGHTS[1])) ** 2 +
    WIDTH_COST * Math.max(0, box.width / height - WIDTH) ** 2 +
    GAP_COST * Math.max(0, gap / height - GAP)
  );
}

/** The widest strip without ink between the boxes. */
function widestGap(boxes: readonly Box[]): number {
  let [widest, reached] = [0, Infinity];
  for (const box of boxes.toSorted((one, other) => one.left - other.left)) {
    widest = Math.max(widest, box.left - reached);
    reached = reached === Infinity ? right(box) : Math.max(reached, right(box));
  }
  return widest;
}

/** What a piece costs between whose strokes others were drawn. */
function lateCost(parts: readonly Primitive[]): number {
  const drawn = new Set(parts.map((part) => part.drawn));
  return Math.max(...drawn) - Math.min(...drawn) >= drawn.size ? LATE_COST : 0;
}

/** What the longest pause costs in which the pen rested between two strokes; nothing where no time is known. */
function pauseCost(parts: readonly Primitive[]): number {
  const ordered = parts.toSorted((one, other) => one.drawn - other.drawn || one.place - other.place);
  const pauses = ordered.slice(1).map(({ begun }, place) => {
    const ended = ordered[place]?.ended ?? null;
    return begun === null || ended === null ? 0 : begun - ended;
  });
  const [start, full] = PAUSE_MS;
  return PAUSE_COST * Math.min(1, Math.max(0, (Math.max(0, ...pauses) - start) / (full - start)));
}
