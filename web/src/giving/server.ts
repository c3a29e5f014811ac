/** The server as givers see it: it keeps what they agree to, and deletes it by its receipt. */

import type { components } from "../api";

/** On what terms samples are kept. */
export type Terms = components["schemas"]["Terms"];
/** A drawing, and what it is. */
export type Gift = components["schemas"]["GivenInk"];

/**
 * Why something was not given or deleted. `away`: out of reach, or busy. `none`: this server keeps no samples. `quota`: it takes
 * no more for now. `outdated`: the terms are others by now. `refused`: it will not take this one.
 */
export type Fault = "away" | "none" | "quota" | "outdated" | "refused";

export class GivingError extends Error {
  constructor(readonly fault: Fault) {
    super(fault);
  }
}

export interface GivingServer {
  /** All of them reject with `GivingError`. */
  terms(): Promise<Terms>;
  /** Resolves with the receipt once the gift is kept; sent again with the same key it is not kept twice. */
  give(gift: Gift, key: string): Promise<string>;
  /** Resolves once what was given is deleted, or was already. */
  withdraw(receipt: string): Promise<void>;
}

/** Longer than the store's own patience. */
const PATIENCE_MS = 15_000;
const FAULTS: Readonly<Record<number, Fault>> = { 404: "none", 405: "none", 410: "refused", 413: "refused", 422: "refused", 429: "quota", 501: "none" };

/** The server that is found at `url`. */
export function givingServerAt(url: string): GivingServer {
  const ask = async (method: string, path: string, body?: Gift, key?: string): Promise<Response> => {
    const headers = { "Content-Type": "application/json", ...(key && { "Idempotency-Key": key }) };
    const asked = { method, signal: AbortSignal.timeout(PATIENCE_MS), ...(body && { headers, body: JSON.stringify(body) }) };
    return fetch(new URL(path, url), asked).catch(() => {
      throw new GivingError("away");
    });
  };
  return {
    terms: async () => said<Terms>(await ask("GET", "samples/terms")),
    async give(gift, key) {
      const answer = await ask("POST", "samples", gift, key);
      return (await said<components["schemas"]["ReceiptOfGift"]>(answer)).receipt;
    },
    async withdraw(receipt) {
      const answer = await ask("DELETE", `samples/${encodeURIComponent(receipt)}`);
      if (!answer.ok && answer.status !== 404) throw new GivingError("away");
    },
  };
}

async function said<T>(answer: Response): Promise<T> {
  if (!answer.ok) throw new GivingError(FAULTS[answer.status] ?? "away");
  return answer.json().catch(() => {
    throw new GivingError("away"); // cut off on its way
  }) as Promise<T>;
}
