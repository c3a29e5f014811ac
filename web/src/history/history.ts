/**
 * The history: what was read on this device, newest first, with an undo for what was deleted. It is kept by the browser where
 * that may be, and goes nowhere else. Several tabs may have it open.
 */

import { recall, remember } from "../memory";
import { type Entry, entriesOf, ordered, textOf } from "./entry";

const NAME = "history";

export interface Kept {
  readonly entries: readonly Entry[];
  /** What was deleted last, and can be put back until the page is closed. */
  readonly deleted: readonly Entry[];
  /** False where the browser keeps nothing: then the history ends with the page. */
  readonly isLasting: boolean;
}

export class History {
  #kept: Kept;

  constructor(private readonly listener: (kept: Kept) => void) {
    this.#kept = { entries: entriesOf(recall(NAME)), deleted: [], isLasting: true };
  }

  get kept(): Kept {
    return this.#kept;
  }

  /** Add an entry, in place of one of the same name. */
  put(entry: Entry): void {
    this.#write([entry, ...this.#newest()]);
  }

  /** Delete these at once; `restore` can still bring them back. */
  remove(gone: readonly Entry[]): void {
    const names = new Set(gone.map(({ id }) => id));
    this.#write(
      this.#newest().filter(({ id }) => !names.has(id)),
      gone,
    );
  }

  /** Undo the last deletion. */
  restore(): void {
    this.#write([...this.#newest(), ...this.#kept.deleted], []);
  }

  /** Another tab has written. */
  look(): void {
    this.#show({ entries: this.#newest() });
  }

  /** What is kept now: another tab may have added to it. Where nothing can be kept, what is known here. */
  #newest(): readonly Entry[] {
    return this.#kept.isLasting ? entriesOf(recall(NAME)) : this.#kept.entries;
  }

  /** Where there is no room for all, the older half goes; where there is none at all, the page alone remembers. */
  #write(entries: readonly Entry[], deleted = this.#kept.deleted): void {
    let kept = ordered(entries);
    let isLasting = remember(NAME, textOf(kept));
    while (!isLasting && kept.length > 1) {
      kept = kept.slice(0, Math.floor(kept.length / 2));
      isLasting = remember(NAME, textOf(kept));
    }
    this.#show({ entries: isLasting ? kept : ordered(entries), deleted, isLasting });
  }

  #show(part: Partial<Kept>): void {
    this.#kept = { ...this.#kept, ...part };
    this.listener(this.#kept);
  }
}
