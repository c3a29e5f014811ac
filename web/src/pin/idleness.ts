/** Nobody there: a warning, and some time later the end. A page that was put to sleep finds the right one when it wakes up. */

import { WARNING_S } from "./state";

/** Without a touch or a key for so long one is warned. */
export const IDLE_MS = 60_000;

export class Idleness {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #last = Date.now();
  #isWatching = false;

  constructor(private readonly listener: (kind: "idle" | "timeOut") => void) {}

  /** Whether there is something to be cleared. */
  watch(isWatching: boolean): void {
    if (isWatching === this.#isWatching) return;
    this.#isWatching = isWatching;
    this.wake();
  }

  wake(): void {
    clearTimeout(this.#timer);
    this.#last = Date.now();
    if (this.#isWatching) this.#wait(IDLE_MS, () => this.#warn());
  }

  #warn(): void {
    const left = this.#last + IDLE_MS + 1_000 * WARNING_S - Date.now();
    if (left <= 0) return this.listener("timeOut");
    this.#wait(left, () => this.listener("timeOut"));
    this.listener("idle");
  }

  #wait(ms: number, act: () => void): void {
    this.#timer = setTimeout(act, ms);
  }
}
