/** Which ink decided a reading, by covering one patch after the other: the twin of `src/sutja/explanation.py`. */

import { EXPLANATION, PREPARE } from "./constants";
import { type Glyph, GLYPH_SIZE } from "./prepare";
import type { Row } from "./verdict";

const { SIDE_PX } = PREPARE;
const { PATCH_PX, STEP_PX, NO_DIGIT } = EXPLANATION;

export interface Weighed {
  readonly share: number;
  readonly least: number;
  /** 28 rows of 28. */
  readonly weights: number[][];
}

/** Explain what `glyph` was read as: a digit, or none. `probabilities` gives eleven for each glyph. */
export async function weighed(glyph: Glyph, digit: number | null, probabilities: (glyphs: readonly Glyph[]) => Promise<readonly Row[]>): Promise<Weighed> {
  const patches = patchesOver(glyph);
  if (patches.length === 0) return { share: 0, least: 0, weights: rowsOf(new Float64Array(GLYPH_SIZE)) };
  const rows = await probabilities([glyph, ...patches.map((patch) => without(glyph, patch))]);
  const [share = 0, ...shares] = rows.map((row) => row[digit ?? NO_DIGIT] ?? 0);
  const [falls, counts] = [new Float64Array(GLYPH_SIZE), new Float64Array(GLYPH_SIZE)];
  for (const [place, patch] of patches.entries()) {
    for (const pixel of patch) {
      falls[pixel] = (falls[pixel] ?? 0) + share - (shares[place] ?? 0);
      counts[pixel] = (counts[pixel] ?? 0) + 1;
    }
  }
  const weights = falls.map((fall, pixel) => ((glyph[pixel] ?? 0) > 0 ? fall / Math.max(1, counts[pixel] ?? 0) : 0));
  return { share, least: Math.min(share, ...shares), weights: rowsOf(weights) };
}

/** The pixels of each square, a step apart and reaching over the border, that covers any ink. */
function patchesOver(glyph: Glyph): number[][] {
  const starts = Array.from({ length: Math.ceil((SIDE_PX + PATCH_PX - 1) / STEP_PX) }, (_, place) => 1 - PATCH_PX + place * STEP_PX);
  const bands = starts.map((start) => range(Math.max(0, start), Math.min(SIDE_PX, start + PATCH_PX)));
  const squares = bands.flatMap((rows) => bands.map((columns) => rows.flatMap((y) => columns.map((x) => y * SIDE_PX + x))));
  return squares.filter((pixels) => pixels.some((pixel) => (glyph[pixel] ?? 0) > 0));
}

function without(glyph: Glyph, pixels: readonly number[]): Glyph {
  const covered = glyph.slice();
  for (const pixel of pixels) covered[pixel] = 0;
  return covered;
}

function range(start: number, end: number): number[] {
  return Array.from({ length: end - start }, (_, place) => start + place);
}

function rowsOf(pixels: Float64Array): number[][] {
  return Array.from({ length: SIDE_PX }, (_, y) => [...pixels.subarray(y * SIDE_PX, (y + 1) * SIDE_PX)]);
}
