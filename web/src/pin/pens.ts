/** All pens that are on the page, by the places that they fill. */

import { Palm } from "./palm";
import { PAUSE_MS } from "./patience";
import type { Pen } from "./pen";

type OnPage = Pick<Pen, "hasInk" | "isDrawing" | "drop" | "undo" | "finish" | "resume" | "close"> & { width: number };

export class Pens {
  readonly #pens = new Map<number, OnPage>();
  /** So long after a stroke a digit is whole, in ms. */
  pause = PAUSE_MS.usual;
  readonly palm = new Palm();

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

  /** Whether a touch may draw at a place: one hand draws at a time, and a pen before the palm that came with it. */
  takes(place: number, event: PointerEvent): boolean {
    if (this.palm.isPalm(event)) return false;
    const drawing = [...this.#pens].filter(([other, pen]) => other !== place && pen.isDrawing);
    if (event.pointerType === "pen") for (const [, palm] of drawing) palm.undo();
    return event.pointerType === "pen" || drawing.length === 0;
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
