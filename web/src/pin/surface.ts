/**
 * The whole screen as one pad: there is no target to find. A stroke may begin anywhere, on a button as well; only what does not
 * move presses it.
 */

import { type GestureListener, Gestures } from "./gestures";
import type { Palm } from "./palm";
import { Pen, type PenListener } from "./pen";

/** In CSS pixels: a press on a button that goes farther is a stroke. */
const PRESS_PX = 12;
const PRESSABLE = "button, summary, a";
/** What a drag means something to already. */
const SLIDABLE = "input";

export class Surface {
  readonly pen: Pen;
  readonly #gestures: Gestures;
  readonly #stop = new AbortController();
  /** A press on a button that may become a stroke. */
  #press: PointerEvent | null = null;

  constructor(
    root: HTMLElement,
    private readonly canvas: HTMLCanvasElement,
    listener: PenListener & Omit<GestureListener, "notDrawing">,
    pause: () => number,
    private readonly palm: Pick<Palm, "isPalm">,
  ) {
    this.pen = new Pen(canvas, listener, pause);
    this.#gestures = new Gestures({
      notDrawing: () => this.pen.undo(),
      twoTap: (taps) => listener.twoTap(taps),
      twoHold: () => listener.twoHold(),
      holding: () => listener.holding(),
      held: () => listener.held(),
      waitsForSecond: () => listener.waitsForSecond(),
    });
    const options = { signal: this.#stop.signal, capture: true };
    root.addEventListener("pointerdown", (event) => this.#down(event), options);
    root.addEventListener("pointermove", (event) => this.#move(event), options);
    for (const end of ["pointerup", "pointercancel"] as const) root.addEventListener(end, (event) => this.#up(event), options);
  }

  close(): void {
    this.#stop.abort();
    this.#gestures.cancel();
    this.pen.close();
  }

  #down(event: PointerEvent): void {
    if (!event.isTrusted) return; // a stroke that began on a button, handed on to the canvas below
    if (this.palm.isPalm(event)) return event.stopPropagation();
    if (isOn(SLIDABLE, event)) return;
    const isPress = isOn(PRESSABLE, event);
    this.#press = isPress ? event : null;
    if (isPress) return;
    if (this.#gestures.down(event)) event.stopPropagation();
  }

  #move(event: PointerEvent): void {
    this.#gestures.move(event);
    const press = this.#press;
    if (press?.pointerId !== event.pointerId || Math.hypot(event.clientX - press.clientX, event.clientY - press.clientY) < PRESS_PX) return;
    this.#press = null;
    const { pointerId, pointerType, clientX, clientY, pressure, button, buttons } = press;
    this.canvas.dispatchEvent(new PointerEvent("pointerdown", { pointerId, pointerType, clientX, clientY, pressure, button, buttons, bubbles: true, cancelable: true }));
  }

  #up(event: PointerEvent): void {
    if (this.#press?.pointerId === event.pointerId) this.#press = null;
    this.#gestures.up(event);
  }
}

function isOn(what: string, { target }: PointerEvent): boolean {
  return target instanceof Element && target.closest(what) !== null;
}
