/** Nobody there: a warning, and some time later the end. Who comes back to a page that slept past it finds nothing there. */

import { WARNING_S } from "./state";

/** Without a touch or a key for so long one is warned. */
export const IDLE_MS = 60_000;
/** And for so long all is cleared. */
const OVER_MS = IDLE_MS + 1_000 * WARNING_S;

export class Idleness {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #last = Date.now();
  #isWatching = false;

  constructor(private readonly listener: (kind: "idle" | "timeOut") => void) {}

  /** Whether there is something to be cleared. */
  watch(isWatching: boolean): void {
    if (isWatching === this.#isWatching) return;
    this.#isWatching = isWatching;
    this.#begin();
  }

  /** Somebody is there, and has all of the time again, unless it was over already. */
  wake(): void {
    if (!this.look()) this.#begin();
  }

  /** End what would have ended while the page slept, since timers sleep as well. Returns whether it did. */
  look(): boolean {
    const isOver = this.#isWatching && Date.now() - this.#last >= OVER_MS;
    if (isOver) this.listener("timeOut");
    return isOver;
  }

  #begin(): void {
    clearTimeout(this.#timer);
    this.#last = Date.now();
    if (this.#isWatching) this.#timer = setTimeout(() => this.#warn(), IDLE_MS);
  }

  #warn(): void {
    if (this.look()) return;
    this.#timer = setTimeout(() => this.listener("timeOut"), this.#last + OVER_MS - Date.now());
    this.listener("idle");
  }
}
