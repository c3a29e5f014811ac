/** Numbers: whether an ink may hold several digits, and whether what came back is a number. */

import { type Item, type NumberReading, type Reading, RefusedError, type Server } from "./client";
import { type Box, boxAround, type Ink, TAP } from "./ink";

/** What was found in an ink: the reading of all of it as one digit and, where it holds several, the number. */
export interface Finding {
  readonly reading: Reading;
  readonly number: NumberReading | null;
}

/** Wider by this than it is high, an ink may be several digits, whatever it looks like as one. */
const WIDE = 1.2;
/** Marks that are less sure than this, taken together, are a guess. */
const CONFIDENCE_MIN = 0.5;
/** Neighbours share at most this of the narrower one's width. */
const OVERLAP_MAX = 0.5;
/** In heights: a 1 counts as no narrower than this. */
const WIDTH_MIN = 0.15;

/** Read an ink as one digit and, where it may hold several, as a number: one request after the other. */
export async function find(server: Server, ink: Ink): Promise<Finding> {
  const reading = await server.predict(ink);
  if (!mayBeSeveral(reading, ink)) return { reading, number: null };
  const number = await numberIn(server, ink);
  return number && isSeveral(number, ink) ? { reading, number } : { reading: settled(reading, number), number: null };
}

export function mayBeSeveral({ verdict, hints }: Reading, ink: Ink): boolean {
  if (verdict === "empty" || hints.includes("dot")) return false;
  const { width, height } = boxAround(ink);
  return verdict !== "digit" || hints.includes("two_shapes") || width > WIDE * height;
}

/**
 * Whether it is a number, and not a letter or a scribble that was cut into pieces which look a little like digits: where
 * not every digit is sure, they stand side by side, and no stroke runs through two of them.
 */
export function isSeveral({ digits, items }: NumberReading, ink: Ink): boolean {
  if (digits.length < 2) return false;
  if (items.every(({ verdict }) => verdict === "digit")) return true;
  const confidence = items.reduce((sum, item) => sum + item.confidence, 0) / items.length;
  const boxes = items.map(({ box }) => box);
  return confidence >= CONFIDENCE_MIN && isSideBySide(items) && ink.every((stroke) => boxes.some((box) => holds(box, boxAround([stroke]))));
}

function isSideBySide(items: readonly Item[]): boolean {
  const boxes = items.filter(({ digit }) => digit !== null).map(({ box }) => box);
  return boxes.slice(1).every((box, place) => !isAcross(box, boxes[place] ?? box));
}

/** Whether two boxes on one line share more of their columns than neighbours do. */
function isAcross(one: Box, other: Box): boolean {
  const columns = shared(one.left, one.width, other.left, other.width);
  const rows = shared(one.top, one.height, other.top, other.height);
  const height = Math.min(one.height, other.height);
  return rows > height / 2 && columns > OVERLAP_MAX * Math.max(Math.min(one.width, other.width), WIDTH_MIN * height);
}

/** How much two stretches share; 0 or less where they lie apart. */
function shared(start: number, length: number, otherStart: number, otherLength: number): number {
  return Math.min(start + length, otherStart + otherLength) - Math.max(start, otherStart);
}

/** Whether a box lies within another, but for the trembling of a tap. */
function holds(outer: Box, inner: Box): boolean {
  const columns = shared(inner.left, inner.width, outer.left, outer.width);
  const rows = shared(inner.top, inner.height, outer.top, outer.height);
  return columns > inner.width - TAP && rows > inner.height - TAP;
}

/** The reading without a doubt that has been settled: what may be several digits turned out to be one. */
function settled(reading: Reading, number: NumberReading | null): Reading {
  if (number?.digits.length !== 1) return reading;
  return { ...reading, hints: reading.hints.filter((hint) => hint !== "two_shapes") };
}

/** Null where the server reads this ink as one digit, and will not as a number. */
async function numberIn(server: Server, ink: Ink): Promise<NumberReading | null> {
  try {
    return await server.readNumber(ink);
  } catch (error) {
    if (error instanceof RefusedError) return null;
    throw error;
  }
}
