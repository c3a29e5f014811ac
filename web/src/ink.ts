/** Ink: the strokes that a hand made, in the order in which it made them. Knows no DOM. */

/** Where the pen was, in sides of the pad (0 to 1 inside of it): x grows to the right, y downwards. */
export interface Point {
  readonly x: number;
  readonly y: number;
  /** Milliseconds since any start. */
  readonly t: number;
  /** 0 to 1, and only where a pen measures it. */
  readonly pressure?: number;
}

/** The points of one pen-down to pen-up, at least one; a single point is a dot. */
export type Stroke = readonly Point[];
export type Ink = readonly Stroke[];

/** Where something is, in sides of the pad. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** What the server takes: more strokes are refused, more points are thinned out here. */
export const STROKES_MAX = 64;
export const POINTS_MAX = 2_000;
/** Of a whole ink: about half of the megabyte that a body may have. */
export const POINTS_TOTAL_MAX = 16_000;

/** One side of the pad in the units that are sent: a tenth of one is finer than any screen. */
const SIDE = 1_000;
/** In sides of the pad: less than a millimetre on a phone. */
export const TAP = 0.012;

/** Keep at most `most` points (2 or more), evenly chosen; the first and the last always stay. */
export function thin(stroke: Stroke, most: number): Stroke {
  if (stroke.length <= most) return stroke;
  const step = (stroke.length - 1) / (most - 1);
  return Array.from({ length: most }, (_, place) => stroke[Math.round(place * step)] as Point);
}

/** A tap trembles: what stays within `TAP` sides of the pad was meant as a dot. */
export function steadied(stroke: Stroke): Stroke {
  return extent([stroke]) < TAP ? stroke.slice(0, 1) : stroke;
}

export function isTooMuch(ink: Ink): boolean {
  return ink.length > STROKES_MAX;
}

/** The longer side of the box around an ink, in sides of the pad; 0 for a dot or no ink. */
export function extent(ink: Ink): number {
  const { width, height } = boxAround(ink);
  return Math.max(width, height);
}

/** The smallest box around an ink; without size for a dot or no ink. */
export function boxAround(ink: Ink): Box {
  const points = ink.flat();
  const [left, width] = span(points.map(({ x }) => x));
  const [top, height] = span(points.map(({ y }) => y));
  return { left, top, width, height };
}

/** Where values begin, and how far they reach from there. */
function span(values: readonly number[]): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return values.length > 0 ? [low, high - low] : [0, 0];
}

/** The JSON of an ink: strokes of `[x, y, t]` or `[x, y, t, pressure]`, within what the server takes. */
export function toWire(ink: Ink): number[][][] {
  const most = Math.min(POINTS_MAX, Math.floor(POINTS_TOTAL_MAX / Math.max(1, ink.length)));
  const start = ink[0]?.[0]?.t ?? 0;
  return ink.map((stroke) => thin(steadied(stroke), most).map((point) => pointToWire(point, start)));
}

/** A box as the server gives it, in the units that it was sent. */
export function fromWire({ left, top, width, height }: Box): Box {
  return { left: left / SIDE, top: top / SIDE, width: width / SIDE, height: height / SIDE };
}

function pointToWire({ x, y, t, pressure }: Point, start: number): number[] {
  const place = [rounded(x * SIDE, 10), rounded(y * SIDE, 10), Math.round(t - start)];
  return pressure === undefined ? place : [...place, rounded(pressure, 1_000)];
}

function rounded(value: number, parts: number): number {
  return Math.round(value * parts) / parts;
}
