/** The pad: turns what a mouse, a finger or a pen does on a canvas into ink. Paper draws it. */

import type { Ink, Point } from "./ink";
import { Paper } from "./paper";

export interface PadListener {
  /** A stroke has begun. */
  down(): void;
  /** There is more ink than at the last frame. */
  move(): void;
  /** A stroke has ended. */
  up(): void;
}

/** A rectangle in CSS pixels of the viewport. */
export type Box = Pick<DOMRect, "left" | "top" | "width" | "height">;

/** Where an event was, in sides of the pad. Only pens measure pressure: for others browsers make it up. */
export function pointOf(event: PointerEvent, box: Box): Point {
  const place = { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height, t: event.timeStamp };
  return event.pointerType === "pen" ? { ...place, pressure: event.pressure } : place;
}

/** All positions that the browser has for an event; it gathers several a frame, in secure contexts only. */
function gathered(event: PointerEvent): readonly PointerEvent[] {
  const events = event.getCoalescedEvents?.() ?? [];
  return events.length > 0 ? events : [event];
}

export class Pad {
  readonly #paper: Paper;
  readonly #stop = new AbortController();
  #strokes: Ink = [];
  #current: Point[] = [];
  #pointer: PointerEvent | null = null;
  #frame = 0;

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly listener: PadListener,
  ) {
    this.#paper = new Paper(canvas);
    const signal = this.#stop.signal;
    canvas.addEventListener("pointerdown", (event) => this.#down(event), { signal });
    canvas.addEventListener("pointermove", (event) => this.#move(event), { signal });
    for (const end of ["pointerup", "pointercancel", "lostpointercapture"] as const) {
      canvas.addEventListener(end, (event) => this.#up(event), { signal });
    }
    canvas.addEventListener("contextmenu", (event) => event.preventDefault(), { signal });
    // touch-action stops the page from scrolling; iPads write into text fields (Scribble) unless this is stopped too.
    canvas.addEventListener("touchmove", (event) => event.preventDefault(), { signal, passive: false });
  }

  get ink(): Ink {
    return this.#pointer ? [...this.#strokes, [...this.#current]] : this.#strokes;
  }

  get isDrawing(): boolean {
    return this.#pointer !== null;
  }

  /** How wide the pen looks, in sides of the pad. */
  set penWidth(width: number) {
    this.#paper.penWidth = width;
  }

  /** Take back the last stroke, which may be the one under way. */
  undo(): void {
    this.#keep(this.ink.slice(0, -1));
  }

  clear(): void {
    this.#keep([]);
  }

  /** Let go of the canvas. */
  close(): void {
    this.#stop.abort();
    cancelAnimationFrame(this.#frame);
    this.#paper.close();
  }

  #down(event: PointerEvent): void {
    if (event.button !== 0 || !this.#takes(event)) return;
    event.preventDefault();
    this.#current = [];
    this.#pointer = event;
    this.canvas.setPointerCapture(event.pointerId);
    this.canvas.focus({ preventScroll: true }); // or else Enter would press the button that was pressed last
    this.#add([event]);
    this.listener.down();
  }

  /** One pointer draws at a time; but a pen takes over from a touch, which was the palm of the hand that holds it. */
  #takes(event: PointerEvent): boolean {
    return !this.#pointer || (event.pointerType === "pen" && this.#pointer.pointerType === "touch");
  }

  #move(event: PointerEvent): void {
    if (event.pointerId === this.#pointer?.pointerId) this.#add(gathered(event));
  }

  #up(event: PointerEvent): void {
    if (event.pointerId !== this.#pointer?.pointerId) return;
    this.#keep(this.ink);
    this.listener.up();
  }

  /** Have just this ink, and no stroke under way. */
  #keep(ink: Ink): void {
    this.#strokes = ink;
    this.#pointer = null;
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#paper.show(ink);
  }

  #add(events: readonly PointerEvent[]): void {
    const box = this.canvas.getBoundingClientRect();
    for (const event of events) {
      const point = pointOf(event, box);
      const last = this.#current.at(-1);
      if (point.x !== last?.x || point.y !== last.y) this.#current.push(point);
    }
    this.#frame ||= requestAnimationFrame(() => this.#show());
  }

  #show(): void {
    this.#frame = 0;
    this.#paper.show(this.ink);
    this.listener.move();
  }
}
