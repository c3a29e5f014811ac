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
/** Which ink decided a reading: a weight for each pixel of its glyph. */
export type Explanation = components["schemas"]["ExplainedPrediction"];

/** What the server says of an error. */
export type Problem = Pick<components["schemas"]["Problem"], "status" | "title" | "detail">;

/** The server is well and will not take what it was sent: for what reason, `problem` says. */
export class RefusedError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.title);
  }
}

/** Longer than this no answer takes: the server hangs. */
const PATIENCE_MS = 4_000;
/** A photo has to be sent first, over a line that may be slow. */
const PICTURE_PATIENCE_MS = 60_000;
/** From this status on a server, or what stands before it, is away; below, it is the request that is at fault. */
export const AWAY_STATUS = 502;

export interface Server {
  /** Read an ink. Rejects with `RefusedError`, or with any other error where the server is out of reach. */
  predict(ink: Ink): Promise<Reading>;
  /** Read an ink that may hold several digits. Rejects as `predict` does. */
  readNumber(ink: Ink): Promise<NumberReading>;
  /** Whether the server is there and can read. Never rejects. */
  isHealthy(): Promise<boolean>;
}

/** A server that does more than read ink. */
export interface WholeServer extends Server {
  /** Read a picture; boxes are in its pixels. Rejects as `predict` does. */
  readPicture(picture: Blob): Promise<NumberReading>;
  /** Tell which ink decided. Rejects as `predict` does. */
  explain(ink: Ink): Promise<Explanation>;
}

const patient = (): { signal: AbortSignal } => ({ signal: AbortSignal.timeout(PATIENCE_MS) });

function inSides(item: Item): Item {
  return { ...item, box: fromWire(item.box) };
}

/** `body` is what came instead of a reading: a problem, or whatever stands before the server has to say. */
function refuse({ status, statusText }: Response, body: unknown): never {
  if (status >= AWAY_STATUS) throw new Error(`Expected a reading. Received status ${status}.`);
  const { title, detail }: Partial<Problem> = typeof body === "object" && body ? body : {};
  throw new RefusedError({ status, title: textOr(title, statusText), detail: textOr(detail, "") });
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === "string" ? value : otherwise;
}

/** The server that is found at `url`. */
export function serverAt(url: string): WholeServer {
  const client = createClient<paths>({ baseUrl: url });
  return {
    async predict(ink) {
      const query = { glyph: true };
      const { data, error, response } = await client.POST("/predict", { ...patient(), params: { query }, body: { strokes: toWire(ink) } });
      return data ?? refuse(response, error);
    },
    async readNumber(ink) {
      const { data, error, response } = await client.POST("/read", { ...patient(), body: { strokes: toWire(ink) } });
      if (!data) return refuse(response, error);
      return { ...data, items: data.items.map(inSides) };
    },
    async readPicture(picture) {
      const asked = { method: "POST", headers: { "Content-Type": picture.type }, body: picture, signal: AbortSignal.timeout(PICTURE_PATIENCE_MS) };
      const response = await fetch(new URL("read", url), asked);
      const body: unknown = await response.json().catch(() => null);
      return response.ok && body ? (body as NumberReading) : refuse(response, body);
    },
    async explain(ink) {
      const { data, error, response } = await client.POST("/explain", { ...patient(), body: { strokes: toWire(ink) } });
      return data ?? refuse(response, error);
    },
    async isHealthy() {
      return client.GET("/health", patient()).then(
        ({ data }) => data?.status === "healthy",
        () => false,
      );
    },
  };
}
