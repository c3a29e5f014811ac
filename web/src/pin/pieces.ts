/** Digits side by side, taken apart by their strokes alone. */

import { boxAround, type Ink } from "../ink";

/** As many drawings as were asked for, from left to right: strokes that stand above each other are one. Null where they are more or fewer. */
export function piecesOf(ink: Ink, count: number): Ink[] | null {
  const strokes = ink.map((stroke) => ({ stroke, ...boxAround([stroke]) }));
  const pieces: Ink[] = [];
  let end = -Infinity;
  for (const { stroke, left, width } of strokes.toSorted((one, other) => one.left - other.left)) {
    if (left > end) pieces.push([stroke]);
    else pieces.push([...(pieces.pop() ?? []), stroke]);
    end = Math.max(end, left + width);
  }
  return pieces.length === count ? pieces : null;
}
