/**
 * Where reading happens: on this device or at the server. For the page both are one `Server`. Owns the choice, which is
 * remembered, and what becomes of it: until the device is ready the server reads; where the device cannot, the server goes
 * on; and where the server is gone, the device stands in for it if it has what it needs.
 */

import { type NumberReading, type Reading, RefusedError, type Server } from "../client";
import type { Ink } from "../ink";
import { recall, remember } from "../memory";
import type { Device } from "./device";
import { type Fault, FaultError } from "./fault";

/** `ready`: the device reads. `standing_in`: it does although the server was chosen, which is gone. */
export type State = "server" | "loading" | "ready" | "standing_in" | Fault;

export interface Place {
  /** Whether reading on this device was chosen. */
  readonly isChosen: boolean;
  readonly state: State;
}

const SETTING = "device";
/** So long after the server was found gone the device reads without asking for it. */
export const RETRY_MS = 5_000;
/** So long a device may take to get ready in place of a server that is gone. */
export const STAND_IN_MS = 6_000;
/** So long after a look for a newer champion there is another, at the next reading. */
export const FRESH_MS = 300_000;

type Reads = Pick<Server, "predict" | "readNumber">;

export class ReadingPlace implements Server {
  #place: Place = { isChosen: recall(SETTING) === "on", state: "server" };
  #loading: Promise<boolean> | null = null;
  #loadedAt = -Infinity;
  #goneUntil = -Infinity;

  constructor(
    private readonly server: Server,
    private readonly device: Pick<Device, "load" | "predict" | "readNumber">,
    private readonly listener: (place: Place) => void = () => {},
  ) {
    if (this.#place.isChosen) void this.#load();
  }

  get place(): Place {
    return this.#place;
  }

  /** Choose the device or the server, now and at the next visit. */
  choose(isChosen: boolean): void {
    remember(SETTING, isChosen ? "on" : "off");
    this.#change({ isChosen, state: "server" });
    if (isChosen) void this.#load();
  }

  predict(ink: Ink): Promise<Reading> {
    return this.#read((reads) => reads.predict(ink));
  }

  readNumber(ink: Ink): Promise<NumberReading> {
    return this.#read((reads) => reads.readNumber(ink));
  }

  async isHealthy(): Promise<boolean> {
    return this.#isReady || this.server.isHealthy();
  }

  get #isReady(): boolean {
    return this.#place.state === "ready" || this.#place.state === "standing_in";
  }

  async #read<T>(ask: (reads: Reads) => Promise<T>): Promise<T> {
    if (this.#place.state === "ready" || performance.now() < this.#goneUntil) {
      this.#refresh();
      const reading = await this.#here(ask);
      if (reading) return reading;
    }
    try {
      const reading = await ask(this.server);
      this.#backAtServer();
      return reading;
    } catch (error) {
      if (error instanceof RefusedError || !(await this.#canStandIn())) throw error;
      this.#goneUntil = performance.now() + RETRY_MS;
      if (!this.#place.isChosen) this.#change({ state: "standing_in" });
      const reading = await this.#here(ask);
      if (reading) return reading;
      throw error;
    }
  }

  /** The server has answered: nobody stands in for it, and it may have what could not be fetched before. */
  #backAtServer(): void {
    this.#goneUntil = -Infinity;
    if (this.#place.state === "standing_in") this.#change({ state: "server" });
    if (this.#place.isChosen && this.#place.state === "unreachable") void this.#load();
  }

  /** Read on this device; null where that failed, which is told. */
  async #here<T>(ask: (reads: Reads) => Promise<T>): Promise<T | null> {
    return ask(this.device).catch((error: unknown) => {
      this.#goneUntil = -Infinity;
      this.#loadedAt = -Infinity;
      this.#change({ state: faultOf(error) });
      return null;
    });
  }

  /** Look for a newer champion now and then; the one that is there goes on reading. */
  #refresh(): void {
    if (performance.now() - this.#loadedAt < FRESH_MS) return;
    this.#loadedAt = performance.now();
    this.device.load().catch(() => {}); // the server is away, or has a model for another page: this one reads on
  }

  /** Whether the device can read now; a server that hangs must not hold this up as well. */
  #canStandIn(): Promise<boolean> {
    const { promise: tooLate, stop } = after(STAND_IN_MS);
    return Promise.race([this.#load(), tooLate]).finally(stop);
  }

  /** Whether the device is ready, after an attempt to make it so. */
  #load(): Promise<boolean> {
    this.#loading ??= this.#loaded().finally(() => (this.#loading = null));
    return this.#loading;
  }

  async #loaded(): Promise<boolean> {
    if (this.#place.isChosen && !this.#isReady) this.#change({ state: "loading" });
    try {
      await this.device.load();
      this.#loadedAt = performance.now();
      if (this.#place.isChosen) this.#change({ state: "ready" });
      return true;
    } catch (error) {
      if (this.#place.isChosen) this.#change({ state: faultOf(error) });
      return false;
    }
  }

  #change(part: Partial<Place>): void {
    this.#place = { ...this.#place, ...part };
    this.listener(this.#place);
  }
}

/** False after a while, unless it is stopped. */
function after(ms: number): { promise: Promise<false>; stop: () => void } {
  let timer: ReturnType<typeof setTimeout>;
  const promise = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  return { promise, stop: () => clearTimeout(timer) };
}

function faultOf(error: unknown): Fault {
  return error instanceof FaultError ? error.fault : "failed";
}
