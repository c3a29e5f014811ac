/** How boxes lie to one another: the twin of `src/sutja/segment/boxes.py`, and of `union`. */

import type { Box } from "../../ink";
import { BOXES } from "../constants";

export const right = ({ left, width }: Box): number => left + width;
export const bottom = ({ top, height }: Box): number => top + height;

/** The smallest box around others. */
export function union(boxes: readonly Box[]): Box {
  const [left, top] = [Math.min(...boxes.map((box) => box.left)), Math.min(...boxes.map((box) => box.top))];
  return { left, top, width: Math.max(...boxes.map(right)) - left, height: Math.max(...boxes.map(bottom)) - top };
}

/** Which share of the narrower one's width is also the other's; of an upright line, which has none, all or nothing. */
export function sharedWidth(one: Box, other: Box): number {
  const shared = Math.min(right(one), right(other)) - Math.max(one.left, other.left);
  const width = Math.min(one.width, other.width);
  return width > BOXES.LEAST_WIDTH ? shared / width : Number(shared >= 0);
}

/** How far apart two boxes are, in x or in y. */
export function gapBetween(one: Box, other: Box): number {
  const across = Math.max(one.left, other.left) - Math.min(right(one), right(other));
  const down = Math.max(one.top, other.top) - Math.min(bottom(one), bottom(other));
  return Math.max(across, down);
}
