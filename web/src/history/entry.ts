/** An entry of the history: what was read, when, and the way the pen went. Knows neither page nor memory. */

import type { Verdict } from "../client";
import type { View } from "../desk";
import { type Ink, isTooMuch, thin } from "../ink";

/** Where it was read from. */
export type Source = "drawing" | "picture";

export interface Entry {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly source: Source;
  /** "" where no digit was read. */
  readonly digits: string;
  readonly verdict: Verdict;
  /** Of a number that of its most doubtful digit. */
  readonly confidence: number;
  /** The pen's path as `[x, y]` in thousandths of the pad, thinned out; none of a picture, which is not kept. */
  readonly strokes: readonly (readonly (readonly [number, number])[])[];
}

/** More are not kept: the oldest go. */
export const ENTRIES_MAX = 200;
/** Of one entry: enough to know a drawing by, and 200 of them fill a fifth of what a browser keeps. */
const POINTS_MAX = 240;
const SIDE = 1_000;
const VERDICTS: ReadonlySet<unknown> = new Set<Verdict>(["digit", "unsure", "not_a_digit"]);
const SOURCES: ReadonlySet<unknown> = new Set<Source>(["drawing", "picture"]);

/** What a view says as an entry; null where it says nothing that is worth keeping. */
export function entryOf({ answer, ink, source }: View, id: string, at: number): Entry | null {
  if (answer === null || typeof answer === "string") return null;
  const said = answer.number ? ofNumber(answer.number) : { ...answer.reading, digits: String(answer.reading.digit ?? "") };
  const { digits, verdict, confidence } = said;
  if (verdict === "empty") return null;
  return { id, at, source, digits, verdict, confidence, strokes: source === "drawing" ? strokesOf(ink) : [] };
}

function ofNumber({ digits, items }: NonNullable<Exclude<View["answer"], string | null>["number"]>): Pick<Entry, "digits" | "verdict" | "confidence"> {
  const read = items.filter(({ digit }) => digit !== null);
  const isSure = read.every(({ verdict }) => verdict === "digit");
  if (items.length === 0) return { digits, verdict: "empty", confidence: 0 };
  if (read.length === 0) return { digits, verdict: "not_a_digit", confidence: 0 };
  return { digits, verdict: isSure ? "digit" : "unsure", confidence: Math.min(...read.map(({ confidence }) => confidence)) };
}

function strokesOf(ink: Ink): Entry["strokes"] {
  if (isTooMuch(ink)) return [];
  const most = Math.max(2, Math.floor(POINTS_MAX / Math.max(1, ink.length)));
  return ink.map((stroke) => thin(stroke, most).map(({ x, y }) => [Math.round(x * SIDE), Math.round(y * SIDE)] as const));
}

/** Newest first, each once, and no more than are kept. Of two of the same name the first stays. */
export function ordered(entries: readonly Entry[]): readonly Entry[] {
  const byId = new Map<string, Entry>();
  for (const entry of entries) if (!byId.has(entry.id)) byId.set(entry.id, entry);
  return [...byId.values()].toSorted((one, other) => other.at - one.at).slice(0, ENTRIES_MAX);
}

export function textOf(entries: readonly Entry[]): string {
  return JSON.stringify(entries);
}

/** The entries of a text that may hold anything: another version, or another page, may have written there. */
export function entriesOf(text: string | null): readonly Entry[] {
  try {
    const found: unknown = JSON.parse(text ?? "[]");
    return Array.isArray(found) ? ordered(found.filter(isEntry)) : [];
  } catch {
    return [];
  }
}

function isEntry(value: unknown): value is Entry {
  const { id, at, source, digits, verdict, confidence, strokes } = (value ?? {}) as Partial<Record<keyof Entry, unknown>>;
  return [
    typeof id === "string",
    Number.isFinite(at) && Math.abs(at as number) < 8.64e15, // beyond it is no date
    SOURCES.has(source),
    typeof digits === "string" && /^\d{0,64}$/.test(digits),
    VERDICTS.has(verdict),
    typeof confidence === "number" && confidence >= 0 && confidence <= 1,
    Array.isArray(strokes) && strokes.length <= POINTS_MAX && strokes.every(isStroke),
  ].every(Boolean);
}

function isStroke(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.length <= POINTS_MAX && value.every(isPlace);
}

function isPlace(value: unknown): boolean {
  return Array.isArray(value) && value.length === 2 && value.every((place) => Number.isFinite(place));
}
