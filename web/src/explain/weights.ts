/** The weights of an explanation as colours, and where the heaviest lie in words. Knows no DOM. */

import type { Explanation } from "../client";

type Colour = readonly [red: number, green: number, blue: number];

/** On the dark ground of the glyph: ink that decided, ink that did not matter, ink that spoke against it. */
export const COLOURS = { decided: [255, 170, 92], neutral: [150, 146, 138], against: [112, 190, 255] } as const satisfies Record<string, Colour>;

/** Less than this is no weight: with any patch covered the reading would be the same. */
const WEIGHT_MIN = 0.005;
/** Of the greatest weight: what counts as heavy. */
const HEAVY = 0.6;
/** How bright ink without weight is: light tells the same as colour. */
const DIM = 0.45;

/** A third of the ink's height and of its width, from the top and from the left. */
export interface Region {
  readonly row: 0 | 1 | 2;
  readonly column: 0 | 1 | 2;
}

/** The colour and the opacity, 0 to 255, of a pixel with so much ink, 0 to 255. `greatest` is the greatest weight of all. */
export function shaded(ink: number, weight: number, greatest: number): readonly [...Colour, number] {
  const part = greatest < WEIGHT_MIN ? 0 : Math.max(-1, Math.min(1, weight / greatest));
  const towards = part < 0 ? COLOURS.against : COLOURS.decided;
  const share = Math.abs(part);
  const mixed = COLOURS.neutral.map((value, place) => Math.round(value + share * ((towards[place] ?? 0) - value)));
  return [mixed[0] ?? 0, mixed[1] ?? 0, mixed[2] ?? 0, Math.round(ink * (DIM + (1 - DIM) * share))];
}

export function greatestOf(weights: Explanation["weights"]): number {
  return weights.flat().reduce((most, weight) => Math.max(most, Math.abs(weight)), 0);
}

/** Where the ink lies that decided most, within the box around all ink that has a weight; null where none did. */
export function regionOf(weights: Explanation["weights"]): Region | null {
  const pixels = weights.flatMap((row, y) => row.flatMap((weight, x) => (weight === 0 ? [] : [{ x, y, weight }])));
  const most = pixels.reduce((greatest, { weight }) => Math.max(greatest, weight), 0);
  if (most < WEIGHT_MIN) return null;
  const heavy = pixels.filter(({ weight }) => weight >= HEAVY * most);
  const third = (name: "x" | "y"): 0 | 1 | 2 => {
    const all = pixels.map((pixel) => pixel[name]);
    const [least, span] = [Math.min(...all), Math.max(...all) - Math.min(...all) + 1];
    const middle = heavy.reduce((sum, pixel) => sum + pixel[name], 0) / heavy.length;
    return Math.min(2, Math.floor((3 * (middle - least + 0.5)) / span)) as 0 | 1 | 2;
  };
  return { row: third("y"), column: third("x") };
}

/** Whether any ink spoke against the reading, and not merely little for it. */
export function hasOpponents(weights: Explanation["weights"]): boolean {
  const greatest = greatestOf(weights);
  return greatest >= WEIGHT_MIN && weights.flat().some((weight) => weight < -0.15 * greatest);
}
