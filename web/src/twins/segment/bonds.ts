/** How much speaks for it that two strokes belong to one digit: the twin of `src/sutja/segment/bonds.py`, which explains it. */

import type { Box } from "../../ink";
import { BONDS } from "../constants";
import type { Path, Place } from "../ink";
import { gapBetween, sharedWidth } from "./boxes";

const { CORNER, CORNER_COST, CROSSING, NEAR, OVER, OVER_COST, POINTS, REACH } = BONDS;

/** The places of two primitives, the lower one first, and what it costs to part them. */
export interface Bond {
  readonly one: number;
  readonly other: number;
  readonly cost: number;
}

export interface Marked {
  readonly path: Path;
  readonly box: Box;
}

/** The bonds between strokes of one line whose digits are about as high as `height`. */
export function bonds(marks: readonly Marked[], height: number): Bond[] {
  const courses = marks.map(({ path }) => courseOf(path));
  return marks.flatMap((mark, one) =>
    marks.slice(one + 1, one + REACH).flatMap((neighbour, step) => {
      if (gapBetween(mark.box, neighbour.box) > NEAR * height) return [];
      const other = one + 1 + step;
      return [{ one, other, cost: costOf([mark.box, neighbour.box], [courses[one] ?? [], courses[other] ?? []], height) }];
    }),
  );
}

function costOf([box, otherBox]: [Box, Box], [course, other]: [Path, Path], height: number): number {
  if (doCross(course, other)) return CROSSING;
  const corner = leastDistance(endsOf(course), endsOf(other)) <= CORNER * height ? CORNER_COST : 0;
  return corner + (leastDistance(course, other) <= NEAR * height ? overCost(box, otherBox) : 0);
}

function overCost(one: Box, other: Box): number {
  return OVER_COST * Math.min(1, Math.max(0, (sharedWidth(one, other) - OVER[0]) / (OVER[1] - OVER[0])));
}

/** Points of a stroke, evenly by their numbers. */
function courseOf(path: Path): Path {
  const places = Array.from({ length: POINTS }, (_, step) => Math.floor((2 * step * (path.length - 1) + POINTS - 1) / (2 * POINTS - 2)));
  return places.flatMap((place) => path[place] ?? []);
}

function endsOf(path: Path): Path {
  return [...path.slice(0, 1), ...path.slice(-1)];
}

function leastDistance(path: Path, other: Path): number {
  let least = Infinity;
  for (const one of path) {
    for (const { x, y } of other) {
      const [dx, dy] = [one.x - x, one.y - y];
      least = Math.min(least, dx * dx + dy * dy);
    }
  }
  return Math.sqrt(least);
}

/** Whether a line between two points of the one meets a line of the other: its ends lie on either side, twice. */
function doCross(path: Path, other: Path): boolean {
  const [lines, others] = [pairsOf(path), pairsOf(other)];
  return lines.some((line) => others.some((crossing) => isParted(line, crossing) && isParted(crossing, line)));
}

type Line = readonly [Place, Place];

function pairsOf(path: Path): Line[] {
  return path.slice(1).map((end, place) => [path[place] ?? end, end]);
}

/** Whether the ends of the other line lie on either side of a line that has a length. */
function isParted([start, end]: Line, [one, other]: Line): boolean {
  const [dx, dy] = [end.x - start.x, end.y - start.y];
  const side = ({ x, y }: Place): number => dx * (y - start.y) - dy * (x - start.x);
  return (dx !== 0 || dy !== 0) && side(one) * side(other) <= 0;
}
