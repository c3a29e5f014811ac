/** The grid and the server together: what is decided is shown at once and sent in order, one decision after the other. */

import { useCallback, useEffect, useMemo, useState } from "preact/hooks";
import type { Counts, Deed, Queue, Review, ReviewError } from "./api";
import { errorOf } from "./asked";
import { type Grid, gridOf, type Order, ordered } from "./grid";

export interface Shown {
  /** Null until the first samples are there. */
  readonly grid: Grid | null;
  readonly counts: Counts | null;
  readonly error: ReviewError | null;
  /** How many samples turned out to be gone. */
  readonly gone: number;
}

/** So many the server takes in one request. */
const AT_ONCE = 500;

const NOTHING: Shown = { grid: null, counts: null, error: null, gone: 0 };

export class Deciding {
  #shown = NOTHING;
  #after: string | null = null;
  #sent: Promise<void> = Promise.resolve();
  /** What the server was not told yet: of one sample the last word counts. */
  #waiting: Deed[] = [];
  #turn = 0;

  /** `show` is told of each change, by what has changed alone; `end` that the session is over. */
  constructor(
    readonly review: Review,
    readonly queue: Queue,
    readonly show: (change: Partial<Shown>) => void,
    readonly end: () => void,
  ) {}

  /** Show the first samples of the queue. */
  start(): void {
    this.#put({ error: null, gone: 0 });
    void this.#load(null);
  }

  /** Show those after these, or from the beginning on where these are the last. */
  next(): void {
    void this.#load(this.#after);
  }

  /** Show nothing any longer; what was decided still goes out, and where that fails it is told. */
  close(): void {
    this.#turn += 1;
  }

  order(order: Order, columns: number): void {
    if (!this.#shown.grid) return;
    const { grid, deeds } = ordered(this.#shown.grid, order, columns);
    this.#put({ grid, ...(deeds.length > 0 && { error: null }) });
    this.#waiting.push(...deeds);
    const mine = this.#turn;
    if (deeds.length > 0) this.#sent = this.#sent.then(() => this.#send(mine));
  }

  #put(part: Partial<Shown>): void {
    this.#shown = { ...this.#shown, ...part };
    this.show(part);
  }

  async #load(after: string | null): Promise<void> {
    const mine = ++this.#turn;
    try {
      await this.#sent; // a decision that is on its way must not come back as undecided
      let page = await this.review.samples(this.queue, after);
      // Doubtful samples may lie far apart: the server looks through so many at once, and then says where to go on.
      while (page.samples.length === 0 && page.after && mine === this.#turn) page = await this.review.samples(this.queue, page.after);
      if (mine !== this.#turn) return;
      this.#after = page.after ?? null;
      this.#put({ grid: gridOf(page.samples) });
      await this.#count(mine);
    } catch (failure) {
      if (mine === this.#turn) this.#fail(failure);
    }
  }

  /** Tell the server all that waits, at once; where it does not take that, show the samples as it has them. */
  async #send(mine: number): Promise<void> {
    const deeds = this.#waiting.splice(0, AT_ONCE);
    if (deeds.length === 0) return; // they went out with those before
    try {
      const { gone } = await this.review.decide(deeds);
      if (mine !== this.#turn) return;
      this.#put({ gone: this.#shown.gone + gone.length });
      if (this.#waiting.length === 0) await this.#count(mine);
    } catch (failure) {
      this.#waiting = [];
      this.#fail(failure);
      if (mine === this.#turn) void this.#load(null);
    }
  }

  async #count(mine: number): Promise<void> {
    const counts = await this.review.counts();
    if (mine === this.#turn) this.#put({ counts });
  }

  #fail(failure: unknown): void {
    const error = errorOf(failure);
    if (error.status === 401) this.end();
    else this.#put({ error });
  }
}

/** The samples of a queue, and how to decide on them. */
export function useDeciding(review: Review, queue: Queue, end: () => void): readonly [Shown, Deciding] {
  const [shown, put] = useState(NOTHING);
  const deciding = useMemo(() => {
    // Of another queue, perhaps, whose last decisions are still on their way: only what it tells is put into what is shown.
    const show = (change: Partial<Shown>): void => put((before) => ({ ...before, ...change }));
    return new Deciding(review, queue, show, end);
  }, [review, queue, end]);
  const open = useCallback(() => {
    put(NOTHING);
    deciding.start();
    return () => deciding.close();
  }, [deciding]);
  useEffect(open, [open]);
  return [shown, deciding];
}
