/**
 * Ink of several digits becomes a lattice, with strokes cut where one may run through several digits: the twin of
 * `src/sutja/segment/strokes.py`, which explains it.
 */

import type { Box } from "../../ink";
import { STROKES } from "../constants";
import type { Path, Paths } from "../ink";
import { bonds } from "./bonds";
import { type Group, groups, groupsMost, type Lattice, type Piece, type Primitive } from "./lattice";
import { digitHeight, lines, middleHeight } from "./lines";

const { CUT_COST, CUT_FROM, CUT_OVERLAP, CUT_WIDTH, CUTS_MAX, TURN } = STROKES;

/** A stroke, by its number as it was drawn, or what lies between two cuts of it, by its place in it. */
interface Part {
  readonly path: Path;
  readonly box: Box;
  readonly drawn: number;
  readonly place: number;
}

/** The ways to cut ink into pieces, line by line from top to bottom, each from left to right. */
export function latticeOf(paths: Paths): Lattice {
  const whole = paths.map((path, drawn) => ({ path, box: boxOf(path), drawn, place: 0 }));
  const boxes = whole.map(({ box }) => box);
  const height = heightOf(boxes);
  const pieces: Piece[] = [];
  let size = 0;
  for (const places of lines(boxes, height)) {
    const line = places.flatMap((place) => whole[place] ?? []);
    const inner = digitHeight(line.map(({ box }) => box)) || height;
    const parts = line.flatMap((part) => cut(part, inner)).toSorted((one, other) => one.box.left - other.box.left);
    const most = groupsMost(Math.max(whole.length, parts.length));
    for (const group of groups(parts.map(primitiveOf), inner, bonds(parts, inner), most)) pieces.push(pieceOf(parts, group, size));
    size += parts.length;
  }
  return { size, pieces };
}

/** The height of the digits or, where all strokes are level, their width. */
function heightOf(boxes: readonly Box[]): number {
  return middleHeight(boxes) || Math.max(0, ...boxes.map(({ width }) => width)) || 1;
}

function boxOf(path: Path): Box {
  const [x, y] = [path.map((place) => place.x), path.map((place) => place.y)];
  const [left, top] = [least(x), least(y)];
  return { left, top, width: greatest(x) - left, height: greatest(y) - top };
}

function primitiveOf({ path, box, drawn, place }: Part): Primitive {
  return { box, drawn, place, cutCost: place ? CUT_COST : 0, begun: path[0]?.t ?? null, ended: path.at(-1)?.t ?? null };
}

/** The piece of a group of these parts; what was cut within it is whole again. */
function pieceOf(parts: readonly Part[], group: Group, before: number): Piece {
  const drawing: Path[] = [];
  let last: Part | null = null;
  const members = group.places.flatMap((place) => parts[place] ?? []);
  for (const part of members.toSorted((one, other) => one.drawn - other.drawn || one.place - other.place)) {
    const isNext: boolean = last !== null && part.drawn === last.drawn && part.place === last.place + 1;
    drawing.push(isNext ? [...(drawing.pop() ?? []), ...part.path.slice(1)] : part.path);
    last = part;
  }
  return { ...group, places: group.places.map((place) => place + before), drawing };
}

/** Cut a stroke wherever it may pass from one digit to the next. */
function cut(part: Part, height: number): Part[] {
  const { path, drawn } = part;
  if (part.box.width < CUT_FROM * height) return [part];
  const cuts = cutsOf(path, height);
  if (cuts.length > CUTS_MAX) return [part];
  const ends = [...cuts, path.length - 1];
  return ends.map((end, place) => {
    const piece = path.slice(ends[place - 1] ?? 0, end + 1);
    return { path: piece, box: boxOf(piece), drawn, place };
  });
}

/** Where what is behind lies left and what is ahead lies right, save for a small overlap, and the pen turns. */
function cutsOf(path: Path, height: number): number[] {
  const x = path.map((place) => place.x);
  const box = boxOf(path);
  const behind = running(x, Math.max);
  const ahead = running(x.toReversed(), Math.min).toReversed();
  return turnsOf(path, TURN * height).filter((place) => {
    const [before, after] = [behind[place] ?? 0, ahead[place] ?? 0];
    const isWide = before - box.left >= CUT_WIDTH * height && greatest(x) - after >= CUT_WIDTH * height;
    return isWide && before - after <= CUT_OVERLAP * height;
  });
}

/** The places of the lowest and highest points between which y goes up or down by at least so much. */
function turnsOf(path: Path, enough: number): number[] {
  const turns: number[] = [];
  let [low, high, direction] = [0, 0, 0];
  const [first] = path;
  let [lowest, highest] = [first?.y ?? 0, first?.y ?? 0];
  for (const [place, { y }] of path.entries()) {
    if (y < lowest) [low, lowest] = [place, y];
    if (y > highest) [high, highest] = [place, y];
    if (direction <= 0 && y - lowest >= enough) {
      turns.push(low);
      [direction, high, highest] = [1, place, y];
    } else if (direction >= 0 && highest - y >= enough) {
      turns.push(high);
      [direction, low, lowest] = [-1, place, y];
    }
  }
  return turns;
}

function running(values: readonly number[], better: (one: number, other: number) => number): number[] {
  let [best = 0] = values;
  return values.map((value) => (best = better(best, value)));
}

function least(values: readonly number[]): number {
  return values.reduce((one, other) => Math.min(one, other), Infinity);
}

function greatest(values: readonly number[]): number {
  return values.reduce((one, other) => Math.max(one, other), -Infinity);
}
