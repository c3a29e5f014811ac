/** The receipts of what was given from this device: who has one can delete what it stands for. Newest first. */

import type { Label } from "./giver";
import { recall, remember } from "../memory";

export interface Receipt {
  readonly receipt: string;
  readonly label: Label;
  /** Milliseconds since 1970. */
  readonly at: number;
}

const NAME = "given";
/** More than anyone gives by hand in a year; the oldest go. */
const RECEIPTS_MAX = 1_000;

export class Receipts {
  #list: readonly Receipt[] = [];
  #isLasting = true;

  constructor(private readonly listener: (list: readonly Receipt[]) => void = () => {}) {
    this.#list = receiptsOf(recall(NAME));
  }

  get list(): readonly Receipt[] {
    return this.#list;
  }

  add(receipt: Receipt): void {
    this.#write([receipt, ...this.#newest().filter(({ receipt: other }) => other !== receipt.receipt)]);
  }

  remove(gone: string): void {
    this.#write(this.#newest().filter(({ receipt }) => receipt !== gone));
  }

  /** Another tab has written. */
  look(): void {
    this.#show(this.#newest());
  }

  #newest(): readonly Receipt[] {
    return this.#isLasting ? receiptsOf(recall(NAME)) : this.#list;
  }

  #write(list: readonly Receipt[]): void {
    const kept = list.slice(0, RECEIPTS_MAX);
    this.#isLasting = remember(NAME, JSON.stringify(kept));
    this.#show(kept);
  }

  #show(list: readonly Receipt[]): void {
    this.#list = list;
    this.listener(list);
  }
}

/** The receipts of a text that may hold anything. */
export function receiptsOf(text: string | null): readonly Receipt[] {
  try {
    const found: unknown = JSON.parse(text ?? "[]");
    return Array.isArray(found) ? found.filter(isReceipt).slice(0, RECEIPTS_MAX) : [];
  } catch {
    return [];
  }
}

function isReceipt(value: unknown): value is Receipt {
  const { receipt, label, at } = (value ?? {}) as Partial<Record<keyof Receipt, unknown>>;
  const isLabel = label === null || (Number.isInteger(label) && (label as number) >= 0 && (label as number) <= 9);
  return typeof receipt === "string" && receipt.length > 0 && receipt.length <= 200 && isLabel && Number.isFinite(at) && Math.abs(at as number) < 8.64e15;
}
