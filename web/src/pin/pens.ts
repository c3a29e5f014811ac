/** All pens that are on the page, by the places that they fill. */

import { PAUSE_MS } from "./patience";
import type { Pen } from "./pen";

type OnPage = Pick<Pen, "hasInk" | "drop" | "finish" | "resume" | "close"> & { width: number };

export class Pens {
  readonly #pens = new Map<number, OnPage>();
  /** So long after a stroke a digit is whole, in ms. */
  pause = PAUSE_MS.usual;

  /** Returns what takes it off the page again. */
  add(place: number, pen: OnPage): () => void {
    this.#pens.set(place, pen);
    return () => {
      this.#pens.delete(place);
      pen.close();
    };
  }

  get hasInk(): boolean {
    return [...this.#pens.values()].some((pen) => pen.hasInk);
  }

  /** Do away with all ink that is still on the page. */
  drop(): void {
    for (const pen of this.#pens.values()) pen.drop();
  }

  /** Someone has begun the next digit: the one before it is done. */
  finishOthers(place: number): void {
    for (const [other, pen] of this.#pens) if (other !== place) pen.finish();
  }

  /** What waits at a place may be its turn now. */
  resume(place: number): void {
    this.#pens.get(place)?.resume();
  }

  /** How wide the line is, in sides of the pad. */
  width(width: number): void {
    for (const pen of this.#pens.values()) pen.width = width;
  }
}
