/** One digit of a PIN, given to learn from: the picture of its place and the digit, and nothing that tells whose it was. */

import type { Ink } from "../ink";
import { pathsOfInk } from "../twins/ink";
import { base64Of, prepare } from "../twins/prepare";

export interface PinGiver {
  /** The place, from 0, whose digit is given: one and the same for everybody. */
  readonly place: number;
  /** Send it, and tell nobody what became of it. */
  give(ink: Ink, digit: string): void;
}

/** Gives to the server at `base`; null where the operator wants no digits. */
export function pinGiverAt(base: string, place: number | null): PinGiver | null {
  if (place === null) return null;
  return {
    place,
    give(ink, digit) {
      const glyph = base64Of(prepare(pathsOfInk(ink))); // strokes, times and pressure stay here
      const body = JSON.stringify({ glyph, digit: Number(digit) });
      const headers = { "Content-Type": "application/json" };
      // The page may be gone the next moment, and no cookie goes along.
      void fetch(`${base}pin/sample`, { method: "POST", headers, body, credentials: "omit", keepalive: true }).catch(() => undefined);
    },
  };
}
