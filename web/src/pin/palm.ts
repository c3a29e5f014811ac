/** The hand that holds a pen lies on the screen: what it does there means nothing, be it on a pad or on a button. */

type Touch = Pick<PointerEvent, "pointerId" | "pointerType">;

/** So long after a pen was there a touch is the hand that holds it: a pen is lifted between two strokes. */
export const PALM_MS = 1_500;

export class Palm {
  readonly #touches = new Set<number>();
  readonly #palms = new Set<number>();
  #penAt = -Infinity;
  /** Whether what was lifted last was a palm: the click that follows is its. */
  #wasLifted = false;

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Watch all that happens on a page. Returns what ends that. */
  watch(page: EventTarget): () => void {
    const stop = new AbortController();
    const hear = <Kind extends Event>(name: string, listener: (event: Kind) => void): void =>
      page.addEventListener(name, (event) => listener(event as Kind), { capture: true, signal: stop.signal });
    hear<PointerEvent>("pointerdown", (event) => this.#down(event));
    hear<PointerEvent>("pointermove", (event) => this.#saw(event));
    for (const end of ["pointerup", "pointercancel"]) hear<PointerEvent>(end, (event) => this.#up(event));
    hear("click", (event) => this.#click(event));
    return () => stop.abort();
  }

  /** Whether a touch is of the hand. */
  isPalm({ pointerId }: Touch): boolean {
    return this.#palms.has(pointerId);
  }

  #down(touch: Touch): void {
    if (this.#saw(touch)) for (const other of this.#touches) this.#palms.add(other); // they were the hand that came with it
    if (touch.pointerType !== "touch") return;
    this.#touches.add(touch.pointerId);
    if (this.now() - this.#penAt < PALM_MS) this.#palms.add(touch.pointerId);
  }

  #up(touch: Touch): void {
    this.#saw(touch);
    this.#touches.delete(touch.pointerId);
    this.#wasLifted = this.#palms.delete(touch.pointerId);
  }

  #click(event: Event): void {
    if (!this.#wasLifted) return;
    this.#wasLifted = false;
    event.stopPropagation();
    event.preventDefault();
  }

  /** Returns whether it is a pen. */
  #saw({ pointerType }: Touch): boolean {
    if (pointerType === "pen") this.#penAt = this.now();
    return pointerType === "pen";
  }
}
