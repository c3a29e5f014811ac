/** The server as the page sees it: a thin skin over the client that the API's description generates. */

import createClient from "openapi-fetch";
import type { components, paths } from "./api";
import { fromWire, type Ink, toWire } from "./ink";

export type Reading = components["schemas"]["Prediction"];
export type Verdict = Reading["verdict"];
export type Hint = Reading["hints"][number];
/** Several digits in one ink: its `items` are all marks, in order, each in a box in sides of the pad. */
export type NumberReading = components["schemas"]["NumberPrediction"];
export type Item = components["schemas"]["PlacedPrediction"];

/** The server is well and will not take what it was sent. */
export class RefusedError extends Error {}

/** Longer than this no answer takes: the server hangs. */
const PATIENCE_MS = 4_000;
/** From this status on a server, or what stands before it, is away; below, it is the request that is at fault. */
const AWAY_STATUS = 502;

export interface Server {
  /** Read an ink. Rejects with `RefusedError`, or with any other error where the server is out of reach. */
  predict(ink: Ink): Promise<Reading>;
  /** Read an ink that may hold several digits. Rejects as `predict` does. */
  readNumber(ink: Ink): Promise<NumberReading>;
  /** Whether the server is there and can read. Never rejects. */
  isHealthy(): Promise<boolean>;
}

const patient = (): { signal: AbortSignal } => ({ signal: AbortSignal.timeout(PATIENCE_MS) });

function inSides(item: Item): Item {
  return { ...item, box: fromWire(item.box) };
}

function refuse({ status }: Response): never {
  throw status < AWAY_STATUS ? new RefusedError() : new Error(`Expected a reading. Received status ${status}.`);
}

/** The server that is found at `url`. */
export function serverAt(url: string): Server {
  const client = createClient<paths>({ baseUrl: url });
  return {
    async predict(ink) {
      const query = { glyph: true };
      const { data, response } = await client.POST("/predict", { ...patient(), params: { query }, body: { strokes: toWire(ink) } });
      return data ?? refuse(response);
    },
    async readNumber(ink) {
      const { data, response } = await client.POST("/read", { ...patient(), body: { strokes: toWire(ink) } });
      if (!data) return refuse(response);
      return { ...data, items: data.items.map(inSides) };
    },
    async isHealthy() {
      return client.GET("/health", patient()).then(
        ({ data }) => data?.status === "healthy",
        () => false,
      );
    },
  };
}
