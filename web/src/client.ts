/** The server as the page sees it: a thin skin over the client that the API's description generates. */

import createClient from "openapi-fetch";
import type { components, paths } from "./api";
import { type Ink, toWire } from "./ink";

export type Reading = components["schemas"]["Prediction"];
export type Verdict = Reading["verdict"];
export type Hint = Reading["hints"][number];

/** The server is well and will not take what it was sent. */
export class RefusedError extends Error {}

/** Longer than this no answer takes: the server hangs. */
const PATIENCE_MS = 4_000;
/** From this status on a server, or what stands before it, is away; below, it is the request that is at fault. */
const AWAY_STATUS = 502;

export interface Server {
  /** Read an ink. Rejects with `RefusedError`, or with any other error where the server is out of reach. */
  predict(ink: Ink): Promise<Reading>;
  /** Whether the server is there and can read. Never rejects. */
  isHealthy(): Promise<boolean>;
}

const patient = (): { signal: AbortSignal } => ({ signal: AbortSignal.timeout(PATIENCE_MS) });

/** The server that is found at `url`. */
export function serverAt(url: string): Server {
  const client = createClient<paths>({ baseUrl: url });
  return {
    async predict(ink) {
      const query = { glyph: true };
      const { data, response } = await client.POST("/predict", { ...patient(), params: { query }, body: { strokes: toWire(ink) } });
      if (data) return data;
      throw response.status < AWAY_STATUS ? new RefusedError() : new Error(`Expected a reading. Received status ${response.status}.`);
    },
    async isHealthy() {
      return client.GET("/health", patient()).then(
        ({ data }) => data?.status === "healthy",
        () => false,
      );
    },
  };
}
