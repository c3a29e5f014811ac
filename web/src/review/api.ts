/** What operators ask of the server, and what they are told: the shapes are those of the API's description. */

import type { components } from "../api";

type Schemas = components["schemas"];

export type Sample = Schemas["ReviewSample"];
export type SamplePage = Schemas["ReviewPage"];
export type Counts = Schemas["QueueCounts"];
export type Queue = Schemas["Queue"];
export type Deed = Schemas["Deed"];
export type Done = Schemas["Done"];
export type Models = Schemas["Models"];
export type Model = Schemas["ModelSummary"];
export type ModelDetail = Schemas["ModelDetail"];
export type Decision = Schemas["DecisionEntry"];
export type Changes = Schemas["Changes"];
export type Changed = Schemas["Changed"];
export type Overview = Schemas["Overview"];
export type Count = Schemas["Count"];
export type DriftReport = Schemas["DriftReport"];
export type KindDrift = Schemas["KindDrift"];
export type DriftEntry = Schemas["DriftEntry"];

/**
 * The server did not do what it was asked. `status` is 0 where it is out of reach; `detail` is in its own words.
 * `asksPassword` where it knows who asks, and wants the password again.
 */
export class ReviewError extends Error {
  constructor(
    readonly status: number,
    readonly detail: string,
    readonly asksPassword = false,
  ) {
    super(`${status} ${detail}`);
  }
}

export interface Review {
  logIn(name: string, password: string): Promise<string>;
  logOut(): Promise<void>;
  /** The name of who is logged in; null where nobody is. */
  me(): Promise<string | null>;
  samples(queue: Queue, after: string | null): Promise<SamplePage>;
  counts(): Promise<Counts>;
  decide(deeds: readonly Deed[]): Promise<Done>;
  models(): Promise<Models>;
  model(sha: string): Promise<ModelDetail>;
  changes(sha: string): Promise<Changes>;
  promote(sha: string, generation: number, reason: string): Promise<void>;
  rollBack(generation: number, reason: string): Promise<void>;
  overview(): Promise<Overview>;
  drift(days: number): Promise<DriftReport>;
  pause(reason: string): Promise<void>;
  unpause(): Promise<void>;
}

/** A drawing of a sample, as an address of a picture. */
export function pictureAt(base: string, id: string): string {
  return new URL(`api/review/samples/${id}/picture`, base).href;
}

/** Longer than this nothing takes but the comparison of two models. */
const PATIENCE_MS = 15_000;
const COMPARISON_MS = 120_000;

/** The server that is found at `base`. Everything but `me` rejects with `ReviewError` where it was not done. */
export function reviewAt(base: string): Review {
  const ask = async <Answer>(path: string, body?: unknown, patience = PATIENCE_MS): Promise<Answer> => {
    const sent = body === undefined ? {} : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
    const asked = { ...sent, credentials: "same-origin" as const, signal: AbortSignal.timeout(patience) };
    const response = await fetch(new URL(`api/review/${path}`, base), asked).catch(() => null);
    if (!response) throw new ReviewError(0, "");
    if (response.status === 204) return undefined as Answer;
    const said: unknown = await response.json().catch(() => null);
    if (!response.ok || said === null) throw new ReviewError(response.status, detailOf(said), response.headers.get("WWW-Authenticate") === "Password");
    return said as Answer;
  };
  return {
    logIn: async (name, password) => (await ask<Schemas["Me"]>("login", { name, password })).name,
    logOut: () => ask("logout", {}),
    me: async () => {
      try {
        return (await ask<Schemas["Me"]>("me")).name;
      } catch (error) {
        if (error instanceof ReviewError && error.status === 401) return null;
        throw error;
      }
    },
    samples: (queue, after) => ask(`samples?${new URLSearchParams({ queue, ...(after !== null && { after }) })}`),
    counts: () => ask("samples/counts"),
    decide: (samples) => ask("samples", { samples }),
    models: () => ask("models"),
    model: (sha) => ask(`models/${sha}`),
    changes: (sha) => ask(`models/${sha}/changes`, undefined, COMPARISON_MS),
    promote: (sha, generation, reason) => ask(`models/${sha}/promote`, { generation, reason }),
    rollBack: (generation, reason) => ask("rollback", { generation, reason }),
    overview: () => ask("overview"),
    drift: (days) => ask(`drift?days=${days}`),
    pause: (reason) => ask("pause", { reason }),
    unpause: () => ask("unpause", {}),
  };
}

function detailOf(said: unknown): string {
  const { detail }: { detail?: unknown } = typeof said === "object" && said ? said : {};
  return typeof detail === "string" ? detail : "";
}
