/** A pad for one drawing: once the pen has been up for long enough the drawing is done, and gone from the screen. */

import { extent, type Ink } from "../ink";
import { Pad } from "../pad";

export interface PenListener {
  /** Whether a touch may draw here; without this every one may. */
  takes?(event: PointerEvent): boolean;
  down(): void;
  /** A drawing is done. Returns whether it is taken; if not, it stays. */
  done(ink: Ink): boolean;
}

/** In sides of the pad: a touch that went no farther was no digit. */
const TOUCH = 0.015;

export class Pen {
  readonly #pad: Pad;
  #timer = 0;
  readonly #stop = new AbortController();

  constructor(
    canvas: HTMLCanvasElement,
    private readonly listener: PenListener,
    /** In ms. */
    private readonly pause: () => number,
  ) {
    // Before the pad hears of it.
    canvas.addEventListener("pointerdown", (event) => listener.takes?.(event) === false && event.stopImmediatePropagation(), { capture: true, signal: this.#stop.signal });
    this.#pad = new Pad(canvas, { down: () => this.#down(), move: () => undefined, up: () => this.#up() });
    // A page that is put to sleep in mid-digit goes on when it wakes up: the clock begins anew.
    document.addEventListener("visibilitychange", () => (document.hidden ? clearTimeout(this.#timer) : this.resume()), { signal: this.#stop.signal });
  }

  get hasInk(): boolean {
    return this.#pad.ink.length > 0;
  }

  get isDrawing(): boolean {
    return this.#pad.isDrawing;
  }

  /** How wide the line is, in sides of the pad. */
  set width(width: number) {
    this.#pad.penWidth = width;
  }

  /** Start the clock, where there is something to wait for. */
  resume(): void {
    clearTimeout(this.#timer);
    if (this.hasInk && !this.#pad.isDrawing) this.#timer = window.setTimeout(() => this.finish(), this.pause());
  }

  /** Take the drawing as it is, without waiting. */
  finish(): void {
    clearTimeout(this.#timer);
    const { ink } = this.#pad;
    if (ink.length > 0 && this.listener.done(ink)) this.drop();
  }

  /** Take back the stroke under way: it was none. */
  undo(): void {
    if (this.#pad.isDrawing) this.#pad.undo();
    this.resume();
  }

  drop(): void {
    clearTimeout(this.#timer);
    this.#pad.clear();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#stop.abort();
    this.#pad.close();
  }

  #down(): void {
    clearTimeout(this.#timer);
    this.listener.down();
  }

  #up(): void {
    if (extent(this.#pad.ink) < TOUCH) this.drop();
    else this.resume();
  }
}
