/**
 * The champion: the model that the server reads with, and its card. Owns how both come to this device, how they are checked
 * and how they are kept for a day without a server. Never lets a card meet another model: the bytes have the hash that the
 * card names, or they are not used. Runs in the worker.
 */

import { PREPARE } from "../twins/constants";
import type { Thresholds } from "../twins/verdict";
import { FaultError } from "./fault";
import { sha256 } from "./sha256";

export interface Card {
  readonly sha256: string;
  readonly prepare: number;
  readonly thresholds: Thresholds;
}

export interface Champion {
  readonly card: Card;
  readonly onnx: Uint8Array;
}

/** A server that takes longer to give a card hangs; a model may take as long as the network does. */
const PATIENCE_MS = 4_000;

export const CACHE = "sutja-model";

/** The server's champion or, where the server is out of reach, the one that was kept. Rejects with `FaultError`. */
export async function champion(base: string): Promise<Champion> {
  try {
    return await newest(base);
  } catch (error) {
    const kept = await keptChampion(base);
    if (!kept || !(error instanceof FaultError) || error.fault !== "unreachable") throw error;
    return kept;
  }
}

/** What the server has now; of what is here already nothing is sent again. */
async function newest(base: string): Promise<Champion> {
  for (let tries = 2; ; tries -= 1) {
    const card = checked(await json(await fetched(`${base}model/card`, { signal: AbortSignal.timeout(PATIENCE_MS) })));
    const onnx = (await keptModel(base, card.sha256)) ?? new Uint8Array(await (await fetched(`${base}model`)).arrayBuffer().catch(unreachable));
    if (sha256(onnx) === card.sha256) {
      await keep(base, { card, onnx });
      return { card, onnx };
    }
    // Another model may have been promoted between the two requests.
    if (tries === 1) throw new FaultError("damaged", `Expected a model with sha-256 ${card.sha256}. Received another.`);
  }
}

async function fetched(url: string, options: RequestInit = {}): Promise<Response> {
  const response = await fetch(url, { cache: "no-cache", ...options }).catch(unreachable);
  return response.ok ? response : unreachable(response.status);
}

function unreachable(reason: unknown): never {
  throw new FaultError("unreachable", `Expected the server's model. Received: ${String(reason)}.`);
}

async function json(response: Response): Promise<unknown> {
  return response.json().catch(() => {
    throw new FaultError("damaged", "Expected the model's card as JSON. Received something else.");
  });
}

function checked(data: unknown): Card {
  const card = data as Card | null;
  const numbers = [card?.thresholds?.unsure_below, card?.thresholds?.no_digit_from, card?.thresholds?.temperature];
  if (!card || typeof card.sha256 !== "string" || !numbers.every(Number.isFinite)) {
    throw new FaultError("damaged", "Expected a card with a hash and thresholds. Received another.");
  }
  if (card.prepare !== PREPARE.VERSION) {
    throw new FaultError("outdated", `Expected a model for version ${PREPARE.VERSION} of prepare. Received one for ${card.prepare}.`);
  }
  return card;
}

// What was kept. There is no such store where the page came over plain http from another machine.

async function store(): Promise<Cache | null> {
  return typeof caches === "undefined" ? null : caches.open(CACHE).catch(() => null); // storage may be forbidden
}

const nameOf = (base: string, hash: string): string => `${base}model?sha256=${hash}`;

async function keptModel(base: string, hash: string): Promise<Uint8Array | null> {
  const found = await (await store())?.match(nameOf(base, hash));
  const onnx = found ? new Uint8Array(await found.arrayBuffer()) : null;
  return onnx && sha256(onnx) === hash ? onnx : null;
}

async function keptChampion(base: string): Promise<Champion | null> {
  const found = await (await store())?.match(`${base}model/card`);
  if (!found) return null;
  const card = checked(await json(found));
  const onnx = await keptModel(base, card.sha256);
  return onnx && { card, onnx };
}

/** Keep the model and, once it is whole, its card; then forget those before it. Where there is no room, nothing is kept. */
async function keep(base: string, { card, onnx }: Champion): Promise<void> {
  const cache = await store();
  if (!cache) return;
  try {
    const names = [nameOf(base, card.sha256), `${base}model/card`] as const;
    if (!(await cache.match(names[0]))) await cache.put(names[0], new Response(onnx.slice()));
    await cache.put(names[1], Response.json(card));
    for (const request of await cache.keys()) if (!names.some((name) => name === request.url)) await cache.delete(request);
  } catch {
    // storage is full: the model reads all the same, and is fetched again the next time
  }
}
