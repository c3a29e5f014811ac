/**
 * The reader: asks the server what ink says. The newest ink wins, one request is under way at most, and when the server is
 * gone it waits until it is back and asks again. Knows neither the pad nor what becomes of an answer.
 */

import { type Problem, RefusedError, type Server } from "./client";
import type { Ink } from "./ink";
import { type Finding, find } from "./number";
import { backoffs, pause } from "./waiting";

export interface ReaderListener {
  /** What the server made of `ink`. */
  found(finding: Finding, ink: Ink): void;
  /** The server is there, and will not take this ink. */
  refused(ink: Ink, problem: Problem): void;
  /** The server went away (false) or is back (true). */
  reached(isThere: boolean): void;
}

/** From one request to the next while someone draws: more often than this nobody can see. */
export const INTERVAL_MS = 80;

export class Reader {
  #wanted: Ink | null = null;
  #isRunning = false;
  #drops = 0;

  constructor(
    private readonly server: Server,
    private readonly listener: ReaderListener,
  ) {}

  /** Have `ink` read as soon as may be, in place of any that waits. */
  read(ink: Ink): void {
    this.#wanted = ink;
    if (!this.#isRunning) void this.#run();
  }

  /** Ask nothing more, and let no answer through to what has been asked. */
  drop(): void {
    this.#wanted = null;
    this.#drops += 1;
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    while (this.#wanted) {
      const ink = this.#wanted;
      this.#wanted = null;
      await Promise.all([this.#ask(ink), pause(INTERVAL_MS)]);
    }
    this.#isRunning = false;
  }

  async #ask(ink: Ink): Promise<void> {
    const drops = this.#drops;
    const isWanted = (): boolean => drops === this.#drops;
    try {
      const finding = await find(this.server, ink);
      if (isWanted()) this.listener.found(finding, ink);
    } catch (error) {
      if (!(error instanceof RefusedError)) {
        this.listener.reached(false);
        await untilThere(this.server);
        this.listener.reached(true);
        if (isWanted()) this.#wanted ??= ink;
      } else if (isWanted()) this.listener.refused(ink, error.problem);
    }
  }
}

/** Resolves once a lost server is back, or nobody wants to know any more. */
export async function untilThere(server: Pick<Server, "isHealthy">, isWanted = (): boolean => true): Promise<void> {
  for (const ms of backoffs()) {
    await pause(ms);
    if (!isWanted() || (await server.isHealthy())) return;
  }
}
