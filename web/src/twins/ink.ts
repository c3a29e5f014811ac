/** Ink as the twins take it: just what the server is sent, so that both read the same. Knows no DOM. */

import { type Ink, toWire } from "../ink";

export interface Place {
  readonly x: number;
  readonly y: number;
  /** Milliseconds since any start, where that is known. */
  readonly t?: number | null;
}

/** The points of one stroke, at least one; a single point is a dot. */
export type Path = readonly Place[];
export type Paths = readonly Path[];

/** An ink as JSON has it; strokes without points are dropped. */
export function pathsOf(wire: readonly (readonly (readonly (number | null)[])[])[]): Paths {
  return wire.map((stroke) => stroke.map(([x, y, t]) => ({ x: x ?? 0, y: y ?? 0, t: t ?? null }))).filter((path) => path.length > 0);
}

/** The ink of a pad, steadied, thinned and rounded as for the server, in thousandths of the pad's side. */
export function pathsOfInk(ink: Ink): Paths {
  return pathsOf(toWire(ink));
}

/** Whether all of the ink is one spot. */
export function isDot(paths: Paths): boolean {
  const [first] = paths[0] ?? [];
  return first !== undefined && paths.every((path) => path.every(({ x, y }) => x === first.x && y === first.y));
}
