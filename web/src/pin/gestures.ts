/**
 * What fingers do on the whole screen besides drawing: taps and holds of two fingers, and one finger that is held still.
 * They are short cuts only: for each there is a button and a key.
 */

export interface GestureListener {
  /** The finger that is down is not drawing: what it has drawn is none. */
  notDrawing(): void;
  /** Two fingers have tapped, once or twice. */
  twoTap(taps: 1 | 2): void;
  twoHold(): void;
  /** One finger has been held still for half of the time; then for all of it. */
  holding(): void;
  held(): void;
  /** Whether two taps mean something else than one, so that one is known only when no other has followed. */
  waitsForSecond(): boolean;
}

export type Finger = Pick<PointerEvent, "pointerId" | "pointerType" | "clientX" | "clientY">;

/** In CSS pixels: fingers that are held still tremble. */
const STILL_PX = 24;
/** So soon after the first finger the second one has to follow; later it is another finger beside one that draws. */
const TOGETHER_MS = 400;
const TWO_HOLD_MS = 700;
const SECOND_TAP_MS = 450;
export const HOLD_MS = { warning: 1_000, all: 2_000 };

interface Down {
  readonly x: number;
  readonly y: number;
  readonly at: number;
}

export class Gestures {
  readonly #down = new Map<number, Down>();
  #pen: number | null = null;
  #isTwo = false;
  #hasMoved = false;
  #isSpent = false;
  #taps = 0;
  #timers: ReturnType<typeof setTimeout>[] = [];
  #tapTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly listener: GestureListener,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Returns whether this finger is part of a gesture, and does not draw. */
  down(finger: Finger): boolean {
    if (finger.pointerType === "pen") {
      this.cancel();
      this.#pen = finger.pointerId;
    }
    if (this.#pen !== null) return false; // a palm beside a pen means nothing
    if (this.#down.size === 0) this.#start();
    this.#down.set(finger.pointerId, { x: finger.clientX, y: finger.clientY, at: this.now() });
    if (this.#down.size === 2) this.#second();
    else if (this.#down.size > 2) this.#spend();
    return this.#down.size > 1;
  }

  move({ pointerId, clientX, clientY }: Finger): void {
    const from = this.#down.get(pointerId);
    if (!from || Math.hypot(clientX - from.x, clientY - from.y) <= STILL_PX) return;
    this.#hasMoved = true;
    this.#clear();
  }

  up({ pointerId }: Finger): void {
    if (pointerId === this.#pen) this.#pen = null;
    if (!this.#down.delete(pointerId)) return;
    if (this.#down.size > 0) return;
    this.#clear();
    if (this.#isTwo && !this.#hasMoved && !this.#isSpent) this.#tap();
  }

  /** Forget the fingers that are down. */
  cancel(): void {
    this.#clear();
    this.#down.clear();
  }

  #start(): void {
    this.#isTwo = this.#hasMoved = this.#isSpent = false;
    this.#after(HOLD_MS.warning, () => {
      this.listener.notDrawing();
      this.listener.holding();
    });
    this.#after(HOLD_MS.all, () => {
      this.#isSpent = true;
      this.listener.held();
    });
  }

  #second(): void {
    const [first] = this.#down.values();
    this.#clear();
    if (this.#hasMoved || this.#isSpent || this.now() - (first?.at ?? 0) > TOGETHER_MS) return;
    this.#isTwo = true;
    this.listener.notDrawing();
    this.#after(TWO_HOLD_MS, () => {
      this.#isSpent = true;
      this.listener.twoHold();
    });
  }

  #tap(): void {
    clearTimeout(this.#tapTimer);
    this.#taps += 1;
    if (this.#taps === 1 && this.listener.waitsForSecond()) {
      this.#tapTimer = setTimeout(() => this.#tapped(1), SECOND_TAP_MS);
    } else this.#tapped(this.#taps === 2 ? 2 : 1);
  }

  #tapped(taps: 1 | 2): void {
    this.#taps = 0;
    this.listener.twoTap(taps);
  }

  #spend(): void {
    this.#isSpent = true;
    this.#clear();
  }

  #after(ms: number, act: () => void): void {
    this.#timers.push(setTimeout(act, ms));
  }

  #clear(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers = [];
  }
}
