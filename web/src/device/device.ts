/** This device as a reader: the page's side of the worker. Starts it when it is first needed. */

import { fromWire, type Ink } from "../ink";
import type { Explanation, NumberReading, Reading } from "../client";
import { pathsOfInk } from "../twins/ink";
import { PIN_RULE, type PinAnswer } from "../twins/pin";
import { FaultError } from "./fault";
import type { Answer, Asked, Found, Question } from "./questions";

/** Longer than this no reading takes: the worker hangs, and the next question starts another. */
export const PATIENCE_MS = 10_000;

interface Waiting {
  readonly resolve: (found: Found) => void;
  readonly reject: (error: FaultError) => void;
}

/** What a device does of a worker. */
export type Workers = () => Pick<Worker, "postMessage" | "terminate" | "addEventListener">;

const moduleWorker: Workers = () => new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "sutja" });

export class Device {
  #worker: ReturnType<Workers> | null = null;
  #count = 0;
  readonly #waiting = new Map<number, Waiting>();

  /** `base` is where the page lies, and below it the model. */
  constructor(
    private readonly base: string,
    private readonly workers: Workers = moduleWorker,
  ) {}

  /** Fetch the champion so that it is here when the server is not. Rejects with `FaultError`, as all that follow. */
  async keep(): Promise<void> {
    await this.#ask({ ask: "keep", base: this.base });
  }

  /** Get ready to read with the newest champion there is; asked again, it looks for a newer one. Returns its name. */
  async load(): Promise<string> {
    return (await this.#ask({ ask: "load", base: this.base })) as string;
  }

  async predict(ink: Ink): Promise<Reading> {
    return (await this.#ask({ ask: "digit", paths: pathsOfInk(ink) }, PATIENCE_MS)) as Reading;
  }

  async readNumber(ink: Ink): Promise<NumberReading> {
    const number = (await this.#ask({ ask: "number", paths: pathsOfInk(ink) }, PATIENCE_MS)) as NumberReading;
    return { ...number, items: number.items.map((item) => Object.assign(item, { box: fromWire(item.box) })) };
  }

  /** Tell which ink decided. */
  async explain(ink: Ink): Promise<Explanation> {
    return (await this.#ask({ ask: "explain", paths: pathsOfInk(ink) }, PATIENCE_MS)) as Explanation;
  }

  /** Read a PIN of one ink for each digit. Neither its strokes nor its digits leave this page and its worker. */
  async readPin(inks: readonly Ink[], rule = PIN_RULE): Promise<PinAnswer> {
    return (await this.#ask({ ask: "pin", inks: inks.map(pathsOfInk), rule }, PATIENCE_MS)) as PinAnswer;
  }

  /** Read a PIN of one ink that holds all digits. */
  async readWidePin(ink: Ink, rule = PIN_RULE): Promise<PinAnswer> {
    return (await this.#ask({ ask: "wide_pin", paths: pathsOfInk(ink), rule }, PATIENCE_MS)) as PinAnswer;
  }

  /** Stop the worker. What was asked is rejected; what is asked next starts another, which has nothing loaded. */
  close(message = "Closed."): void {
    this.#worker?.terminate();
    this.#worker = null;
    for (const { reject } of this.#waiting.values()) reject(new FaultError("failed", message));
    this.#waiting.clear();
  }

  #ask(question: Question, patienceMs?: number): Promise<Found> {
    const id = (this.#count += 1);
    return new Promise<Found>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      if (patienceMs) setTimeout(() => this.#waiting.has(id) && this.close("Expected an answer. Received none."), patienceMs);
      // eslint-disable-next-line unicorn/require-post-message-target-origin -- a worker has none
      this.#started().postMessage({ id, question } satisfies Asked);
    });
  }

  #started(): ReturnType<Workers> {
    if (this.#worker) return this.#worker;
    const worker = this.workers();
    worker.addEventListener("message", (event) => this.#hear((event as MessageEvent<Answer>).data));
    worker.addEventListener("error", () => this.close("Expected the worker to start. Received an error."));
    return (this.#worker = worker);
  }

  #hear(answer: Answer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if ("found" in answer) waiting?.resolve(answer.found);
    else waiting?.reject(new FaultError(answer.fault, answer.message));
  }
}
