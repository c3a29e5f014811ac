/**
 * The grid of samples as a state, and what keys make of it. One sample is current; several may be chosen. What is decided
 * is decided of those chosen or, where none is, of the current one. Knows nothing of the document or the server.
 */

import type { Deed, Sample } from "./api";

/** What was decided of a sample here: a digit, null for no digit, or one of the words. */
export type Mark = number | null | "skip" | "reject";

export interface Grid {
  readonly samples: readonly Sample[];
  /** The place of the current one; -1 where there is none. */
  readonly at: number;
  /** Where the choosing of several began. */
  readonly anchor: number;
  readonly chosen: ReadonlySet<string>;
  readonly marks: ReadonlyMap<string, Mark>;
  /** What undoes each decision, the newest last: the marks that were there before. */
  readonly before: readonly ReadonlyMap<string, Mark | undefined>[];
}

export type Move = "left" | "right" | "up" | "down" | "first" | "last";

export type Order =
  | { readonly kind: "move"; readonly move: Move; readonly extends: boolean }
  | { readonly kind: "go"; readonly place: number; readonly extends: boolean; readonly toggles: boolean }
  | { readonly kind: "mark"; readonly mark: Mark }
  | { readonly kind: "toggle" }
  | { readonly kind: "all" }
  | { readonly kind: "none" }
  | { readonly kind: "undo" };

/** A grid, and what the server is to be told. */
export interface Outcome {
  readonly grid: Grid;
  readonly deeds: readonly Deed[];
}

export function gridOf(samples: readonly Sample[]): Grid {
  return { samples, at: samples.length > 0 ? 0 : -1, anchor: 0, chosen: new Set(), marks: new Map(), before: [] };
}

/** How many are not decided yet. */
export function leftOf({ samples, marks }: Grid): number {
  return samples.filter(({ id }) => !marks.has(id)).length;
}

/** What an order does to a grid with so many columns. */
export function ordered(grid: Grid, order: Order, columns: number): Outcome {
  if (grid.at < 0) return { grid, deeds: [] };
  switch (order.kind) {
    case "move":
      return quiet(went(grid, placeAfter(grid, order.move, columns), order.extends));
    case "go":
      return quiet(order.toggles ? toggled({ ...grid, at: order.place, anchor: order.place }) : went(grid, order.place, order.extends));
    case "toggle":
      return quiet(toggled({ ...grid, anchor: grid.at }));
    case "all":
      return quiet({ ...grid, chosen: new Set(grid.samples.map(({ id }) => id)) });
    case "none":
      return quiet({ ...grid, chosen: new Set() });
    case "mark":
      return marked(grid, order.mark);
    case "undo":
      return undone(grid);
  }
}

const quiet = (grid: Grid): Outcome => ({ grid, deeds: [] });

function placeAfter({ at, samples }: Grid, move: Move, columns: number): number {
  const last = samples.length - 1;
  const below = at + columns;
  const places: Readonly<Record<Move, number>> = {
    left: Math.max(0, at - 1),
    right: Math.min(last, at + 1),
    up: at < columns ? at : at - columns,
    // From a full row into the last one, which may be shorter: to its end.
    down: below <= last ? below : Math.floor(at / columns) < Math.floor(last / columns) ? last : at,
    first: 0,
    last,
  };
  return places[move];
}

/** Go to a place; with `isExtending` all from the anchor on are chosen, without it none. */
function went(grid: Grid, place: number, isExtending: boolean): Grid {
  if (!grid.samples[place]) return grid;
  if (!isExtending) return { ...grid, at: place, anchor: place, chosen: new Set() };
  const [from, to] = [Math.min(grid.anchor, place), Math.max(grid.anchor, place)];
  return { ...grid, at: place, chosen: new Set(grid.samples.slice(from, to + 1).map(({ id }) => id)) };
}

function toggled(grid: Grid): Grid {
  const id = grid.samples[grid.at]?.id;
  if (id === undefined) return grid;
  const chosen = new Set(grid.chosen);
  if (!chosen.delete(id)) chosen.add(id);
  return { ...grid, chosen };
}

function marked(grid: Grid, mark: Mark): Outcome {
  const current = grid.samples[grid.at];
  const wanted = grid.chosen.size > 0 ? grid.samples.filter(({ id }) => grid.chosen.has(id)) : current ? [current] : [];
  const before = new Map(wanted.map(({ id }) => [id, grid.marks.get(id)]));
  const marks = new Map([...grid.marks, ...wanted.map(({ id }) => [id, mark] as const)]);
  const deeds = wanted.flatMap((sample) => deedOf(sample, mark, grid.marks.get(sample.id)));
  const last = wanted.at(-1);
  const at = nextLeft({ ...grid, marks }, last ? grid.samples.indexOf(last) : grid.at);
  return { grid: { ...grid, marks, at, anchor: at, chosen: new Set(), before: [...grid.before, before] }, deeds };
}

function undone(grid: Grid): Outcome {
  const newest = grid.before.at(-1);
  if (!newest) return quiet(grid);
  const marks = new Map(grid.marks);
  const touched = grid.samples.filter(({ id }) => newest.has(id));
  const deeds = touched.flatMap((sample) => deedOf(sample, newest.get(sample.id), grid.marks.get(sample.id)));
  for (const [id, mark] of newest) {
    if (mark === undefined) marks.delete(id);
    else marks.set(id, mark);
  }
  const at = touched[0] ? grid.samples.indexOf(touched[0]) : grid.at;
  return { grid: { ...grid, marks, at, anchor: at, chosen: new Set(), before: grid.before.slice(0, -1) }, deeds };
}

/** What the server is told where `mark` takes the place of `old`: nothing while a sample is only passed over. */
function deedOf(sample: Sample, mark: Mark | undefined, old: Mark | undefined): Deed[] {
  if (mark === "reject") return [{ id: sample.id, act: "reject", state: "rejected" }];
  if (mark === undefined || mark === "skip") {
    const isTold = old !== undefined && old !== "skip";
    return isTold ? [{ id: sample.id, act: "restore", label: sample.label, state: sample.state }] : [];
  }
  return [{ id: sample.id, act: "label", label: mark, state: "accepted" }];
}

/** The next that is not decided, after `place` or else from the beginning; else the place itself. */
function nextLeft({ samples, marks }: Grid, place: number): number {
  const isLeft = (sample: Sample): boolean => !marks.has(sample.id);
  const later = samples.findIndex((sample, index) => index > place && isLeft(sample));
  const any = samples.findIndex(isLeft);
  return later >= 0 ? later : any >= 0 ? any : place;
}
