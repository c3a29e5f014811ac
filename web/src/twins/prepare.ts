/**
 * Strokes become the glyph that the model sees: the twin of `src/sutja/prepare.py`, which explains each step. The same
 * float64 arithmetic, so that a glyph has the same pixels in both languages.
 */

import { PREPARE } from "./constants";
import type { Path, Paths, Place } from "./ink";

const { BOX_PX, CENTRE_PX, EXTENT_MIN, PEN_RADIUS_PX, SIDE_PX, SOFT_EDGE_PX } = PREPARE;

/** 28x28 in [0, 1], by row from the top, ink bright. */
export type Glyph = Float32Array;

/** How many numbers a glyph has. */
export const GLYPH_SIZE = SIDE_PX * SIDE_PX;

interface Line {
  readonly start: Place;
  readonly end: Place;
}

/** The farthest that a pen's edge reaches from the middle of a stroke. */
const REACH = PEN_RADIUS_PX + SOFT_EDGE_PX;
/** Rows or columns that a piece of a line can touch. */
const WINDOW = Math.ceil(2 * REACH + 1) + 1;

/** Draw strokes into a new glyph with a round pen: coverage of a pixel is radius + 1/2 - distance, within [0, 1]. */
export function prepare(paths: Paths): Glyph {
  const glyph = new Float32Array(GLYPH_SIZE);
  if (paths.length > 0) for (const line of linesOf(placed(paths))) for (const piece of piecesOf(line)) stamp(glyph, piece);
  return glyph;
}

/** A glyph as it is sent: a byte for each pixel, in base64. */
export function base64Of(glyph: Glyph): string {
  return btoa(String.fromCharCode(...Array.from(glyph, (ink) => Math.round(ink * 255))));
}

/** The lines between points; a dot is a line without length. */
function linesOf(paths: Paths): Line[] {
  return paths.flatMap((path) => {
    const [only] = path;
    return path.length === 1 && only ? [{ start: only, end: only }] : pairs(path);
  });
}

function pairs(path: Path): Line[] {
  return path.slice(1).map((end, place) => ({ start: path[place] ?? end, end }));
}

/** Scale strokes into the box and put the centre of mass of their area on the centre of the glyph. */
function placed(paths: Paths): Paths {
  const [low, high] = corners(paths);
  const extent = Math.max(high.x - low.x, high.y - low.y);
  const scale = extent > EXTENT_MIN ? (BOX_PX - 2 * PEN_RADIUS_PX) / extent : 1;
  const scaled = paths.map((path) => path.map(({ x, y }) => ({ x: (x - low.x) * scale, y: (y - low.y) * scale })));
  const centre = centreOf(scaled);
  const dx = shiftOf(centre.x, (high.x - low.x) * scale);
  const dy = shiftOf(centre.y, (high.y - low.y) * scale);
  return scaled.map((path) => path.map(({ x, y }) => ({ x: x + dx, y: y + dy })));
}

function corners(paths: Paths): [Place, Place] {
  const [low, high] = [{ x: Infinity, y: Infinity }, { x: -Infinity, y: -Infinity }];
  for (const { x, y } of paths.flat()) {
    [low.x, low.y] = [Math.min(low.x, x), Math.min(low.y, y)];
    [high.x, high.y] = [Math.max(high.x, x), Math.max(high.y, y)];
  }
  return [low, high];
}

/** The mass of a stroke is its area under a round pen: 2r times its length, and half a disc at either end. */
function centreOf(paths: Paths): Place {
  const disc = Math.PI * PEN_RADIUS_PX ** 2;
  let [mass, x, y] = [disc * paths.length, 0, 0];
  const add = (weight: number, { start, end }: Line): void => {
    x += (weight * (start.x + end.x)) / 2;
    y += (weight * (start.y + end.y)) / 2;
  };
  for (const line of linesOf(paths)) {
    const area = 2 * PEN_RADIUS_PX * lengthOf(line);
    mass += area;
    add(area, line);
  }
  for (const path of paths) add(disc, endsOf(path));
  return { x: x / mass, y: y / mass };
}

function endsOf(path: Path): Line {
  const [start = { x: 0, y: 0 }] = path;
  return { start, end: path.at(-1) ?? start };
}

function shiftOf(centre: number, size: number): number {
  const margin = PEN_RADIUS_PX - 0.5; // pixel 0 begins at -0.5
  return Math.min(Math.max(CENTRE_PX - centre, margin), SIDE_PX - 1 - margin - size);
}

/** Cut a line into pieces of at most one pixel, so that each touches a small window only. */
function piecesOf(line: Line): Line[] {
  const { start, end } = line;
  const count = Math.max(1, Math.ceil(lengthOf(line)));
  const [dx, dy] = [(end.x - start.x) / count, (end.y - start.y) / count];
  return Array.from({ length: count }, (_, place) => {
    const first = { x: start.x + dx * place, y: start.y + dy * place };
    return { start: first, end: { x: first.x + dx, y: first.y + dy } };
  });
}

/** Draw a piece, at most 1 px long. */
function stamp(glyph: Glyph, { start, end }: Line): void {
  const left = Math.floor((start.x + end.x) / 2 - REACH - 0.5);
  const top = Math.floor((start.y + end.y) / 2 - REACH - 0.5);
  const [dx, dy] = [end.x - start.x, end.y - start.y];
  const square = dx * dx + dy * dy || 1;
  for (let y = Math.max(0, top); y < Math.min(SIDE_PX, top + WINDOW); y += 1) {
    for (let x = Math.max(0, left); x < Math.min(SIDE_PX, left + WINDOW); x += 1) {
      const [px, py] = [x - start.x, y - start.y];
      const along = clamp((px * dx + py * dy) / square);
      const [ax, ay] = [px - along * dx, py - along * dy];
      const coverage = clamp(REACH - Math.sqrt(ax * ax + ay * ay));
      const place = y * SIDE_PX + x;
      if (coverage > (glyph[place] ?? 0)) glyph[place] = coverage;
    }
  }
}

function lengthOf({ start, end }: Line): number {
  return Math.hypot(end.x - start.x, end.y - start.y);
}

function clamp(value: number): number {
  return Math.min(Math.max(value, 0), 1);
}
