/** Lines of writing: the twin of `src/sutja/segment/lines.py`, which explains it. */

import type { Box } from "../../ink";
import { LINES } from "../constants";
import { bottom, sharedWidth, union } from "./boxes";

const { SAME_DIGIT, SAME_LINE, SMALL, STACKED, TALL } = LINES;

/** The height of the boxes by their median, in which each counts as often as it is high: specks hardly do. */
export function middleHeight(boxes: readonly Box[]): number {
  const heights = boxes.map(({ height }) => height).toSorted((one, other) => one - other);
  const half = heights.reduce((sum, height) => sum + height, 0) / 2;
  let above = 0;
  return (
    heights.find((height) => {
      above += height;
      return above >= half;
    }) ?? 0
  );
}

/** The height of the digits in one line, most of them whole after boxes above each other are joined. */
export function digitHeight(boxes: readonly Box[]): number {
  const joined: Box[] = [];
  for (const box of boxes.toSorted((one, other) => one.left - other.left)) {
    const last = joined.at(-1);
    if (last && sharedWidth(last, box) >= SAME_DIGIT) joined[joined.length - 1] = union([last, box]);
    else joined.push(box);
  }
  return middleHeight(joined);
}

/** The places of the boxes in each line of writing, the lines from top to bottom. */
export function lines(boxes: readonly Box[], height: number): number[][] {
  const isTelling = (box: Box): boolean => SMALL * height <= box.height && box.height <= TALL * height;
  const found = together(boxes, boxes.flatMap((box, place) => (isTelling(box) ? [place] : [])), height);
  const placed = found.map((line) => ({ line, middle: middle(line.flatMap((place) => boxes[place] ?? [])) }));
  for (const [place, box] of boxes.entries()) if (!isTelling(box)) nearest(placed, box)?.line.push(place);
  const ordered = placed.toSorted((one, other) => one.middle - other.middle || (one.line[0] ?? 0) - (other.line[0] ?? 0));
  return ordered.map(({ line }) => line.toSorted((one, other) => one - other));
}

/** The places that hang together as lines; one line without any where there are none. */
function together(boxes: readonly Box[], telling: readonly number[], height: number): number[][] {
  const found: number[][] = [];
  let waiting = [...telling];
  for (let [first] = waiting; first !== undefined; [first] = waiting) {
    const line = [first];
    waiting = waiting.slice(1);
    // It grows while it is gone through.
    for (const place of line) {
      const beside = new Set(waiting.filter((other) => areBeside(boxes[place], boxes[other], height)));
      line.push(...beside);
      waiting = waiting.filter((other) => !beside.has(other));
    }
    found.push(line);
  }
  return found.length > 0 ? found : [[]];
}

interface Placed {
  readonly line: number[];
  readonly middle: number;
}

function nearest(placed: readonly Placed[], box: Box): Placed | undefined {
  const distances = placed.map((line) => Math.abs(line.middle - middle([box])));
  return placed[distances.indexOf(Math.min(...distances))];
}

function areBeside(one: Box | undefined, other: Box | undefined, height: number): boolean {
  if (!one || !other) return false;
  const shared = Math.min(bottom(one), bottom(other)) - Math.max(one.top, other.top);
  const isStacked = shared >= -STACKED * height && sharedWidth(one, other) >= SAME_DIGIT;
  return isStacked || shared >= SAME_LINE * Math.min(one.height, other.height);
}

function middle(boxes: readonly Box[]): number {
  return boxes.reduce((sum, box) => sum + (box.top + box.height / 2), 0) / Math.max(1, boxes.length);
}
