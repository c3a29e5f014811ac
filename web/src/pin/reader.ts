/** Who reads a PIN: this device and, where it cannot, the server. */

import { AWAY_STATUS, RefusedError, type Reading, type Server } from "../client";
import type { Device } from "../device/device";
import { FaultError } from "../device/fault";
import { boxAround, type Ink, toWire } from "../ink";
import type { PinAnswer, PinRule } from "../twins/pin";
import { pause } from "../waiting";
import { piecesOf } from "./pieces";

/** Where what is drawn goes to. `none`: it can be read nowhere. */
export type Whereabouts = "loading" | "device" | "server" | "none";

/** The drawings can be read neither here nor there, and never will be. */
export class UnreadableError extends Error {}
/** Nobody looked at the drawings: who asks may not, or not so often. Any other error is the network's. */
export class BusyError extends Error {}

export interface PinReader {
  /** Whether one drawing is clear by itself; null where that cannot be known before all are there. Never rejects. */
  check(ink: Ink): Promise<PinAnswer | null>;
  /** Read one drawing for each place. Places are counted among these. */
  read(inks: readonly Ink[]): Promise<PinAnswer>;
  /** Read one drawing of all digits. Where only some are unclear it is cut up, and `inks` are its pieces. */
  readWide(ink: Ink): Promise<PinAnswer & { readonly inks?: readonly Ink[] }>;
  /** Read a drawing that is no secret. */
  predict(ink: Ink): Promise<Reading>;
}

type Devices = Pick<Device, "load" | "readPin" | "readWidePin" | "readNumber" | "predict">;

/** Longer than this no answer takes. */
const PATIENCE_MS = 8_000;
/** By these a server says that it looked at nothing. */
const AT_THE_DOOR: ReadonlySet<number> = new Set([401, 403, 429]);
/** From one attempt to fetch what reads to the next. */
const RETRY_MS = 3_000;
/** Longer than this no drawing waits for a device that is not ready: a download may stand still for ever. */
export const READY_MS = 20_000;

/** Reads on this device. Only where that cannot be done are drawings sent; `listener` is told before any is. */
export class DeviceFirst implements PinReader {
  #whereabouts: Whereabouts = "loading";
  #loading: Promise<boolean> | null = null;

  constructor(
    private readonly device: Devices,
    private readonly server: PinReader,
    private readonly rule: PinRule,
    private readonly listener: (whereabouts: Whereabouts) => void = () => {},
  ) {}

  /** Get ready. Returns whether this device can read. */
  load(): Promise<boolean> {
    this.#loading ??= this.device.load().then(
      () => this.#change("device"),
      (error: unknown) => {
        if (error instanceof FaultError && error.fault === "unreachable") this.#tryAgain();
        // Told once, and before anything is drawn; a later attempt that fails is no news.
        return this.#whereabouts === "loading" ? this.#change("server") : false;
      },
    );
    return this.#loading;
  }

  async check(ink: Ink): Promise<PinAnswer | null> {
    if (this.#whereabouts !== "device") return null;
    return this.device.readPin([ink], { ...this.rule, length: 1 }).catch(() => null);
  }

  read(inks: readonly Ink[]): Promise<PinAnswer> {
    return this.#ask(
      (device) => device.readPin(inks, { ...this.rule, length: inks.length }),
      (server) => server.read(inks),
    );
  }

  readWide(ink: Ink): Promise<PinAnswer & { readonly inks?: readonly Ink[] }> {
    return this.#ask(
      async (device) => {
        const answer = await device.readWidePin(ink, this.rule);
        if ("pin" in answer || answer.rewrite.length === this.rule.length) return answer;
        const { items } = await device.readNumber(ink);
        const inks = items.map(({ box }) => ink.filter((stroke) => isWithin(stroke, box.left, box.left + box.width)));
        const isWhole = inks.length === this.rule.length && inks.every((piece) => piece.length > 0) && inks.flat().length === ink.length;
        return isWhole ? { ...answer, inks } : allOf(this.rule);
      },
      (server) => server.readWide(ink),
    );
  }

  predict(ink: Ink): Promise<Reading> {
    return this.#ask(
      (device) => device.predict(ink),
      (server) => server.predict(ink),
    );
  }

  async #ask<T>(here: (device: Devices) => Promise<T>, there: (server: PinReader) => Promise<T>): Promise<T> {
    if (await Promise.race([this.load(), pause(READY_MS)])) {
      try {
        return await here(this.device);
      } catch {
        this.#loading = null; // the worker hangs or is gone; another one starts the next time
        this.#change("server");
      }
    }
    this.#change("server");
    try {
      return await there(this.server);
    } catch (error) {
      if (error instanceof UnreadableError) this.#change("none");
      throw error;
    }
  }

  /** What could not be fetched now may come later: without it there would be no reading without the server. */
  #tryAgain(): void {
    setTimeout(() => {
      this.#loading = null;
      void this.load();
    }, RETRY_MS);
  }

  #change(whereabouts: Whereabouts): boolean {
    if (this.#whereabouts !== whereabouts) this.listener(whereabouts);
    this.#whereabouts = whereabouts;
    return whereabouts === "device";
  }
}

/** Whether the middle of a stroke lies between two columns. */
function isWithin(stroke: Ink[number], from: number, to: number): boolean {
  const { left, width } = boxAround([stroke]);
  return left + width / 2 >= from && left + width / 2 <= to;
}

function allOf({ length }: PinRule): PinAnswer {
  return { rewrite: Array.from({ length }, (_, place) => place) };
}

/** The server at `base`, asked by `POST /pin`. */
export function pinServerAt(base: string, server: Pick<Server, "predict">, rule: PinRule): PinReader {
  const ask = async (body: object): Promise<PinAnswer> => {
    const init = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body), signal: AbortSignal.timeout(PATIENCE_MS) };
    const answer = await fetch(`${base}pin`, init);
    const message = `Expected an answer. Received status ${answer.status}.`;
    if (AT_THE_DOOR.has(answer.status)) throw new BusyError(message);
    if (answer.status >= AWAY_STATUS) throw new Error(message);
    if (answer.status === 404 || answer.status === 405 || answer.status === 500) throw new UnreadableError(message);
    return answer.ok ? ((await answer.json()) as PinAnswer) : allOf(rule);
  };
  return {
    check: async () => null,
    async read(inks) {
      // It wants a drawing for each place: where others were typed, those that were drawn stand in for them.
      const all = Array.from({ length: rule.length }, (_, place) => toWire(inks[place % inks.length] ?? []));
      const answer = await ask({ inks: all });
      if ("pin" in answer) return { pin: answer.pin.slice(0, inks.length) };
      return { rewrite: [...new Set(answer.rewrite.map((place) => place % inks.length))].toSorted((one, other) => one - other) };
    },
    async readWide(ink) {
      const answer = await ask({ strokes: toWire(ink) });
      const inks = "pin" in answer || answer.rewrite.length === rule.length ? null : piecesOf(ink, rule.length);
      if (inks) return { ...answer, inks };
      return "pin" in answer ? answer : allOf(rule);
    },
    async predict(ink) {
      return server.predict(ink).catch((error: unknown) => {
        if (!(error instanceof RefusedError)) throw error;
        throw AT_THE_DOOR.has(error.problem.status) ? new BusyError(error.message) : new UnreadableError(error.message);
      });
    },
  };
}
