/** The history as files to take along: a table for people, JSON for programs. Both are made here, and sent nowhere. */

import type { Entry } from "./entry";

const COLUMNS = ["time", "source", "digits", "verdict", "confidence"] as const;
const FORMAT = "sutja-history";

/** RFC 4180: a row for each entry, oldest first, time in UTC. */
export function csvOf(entries: readonly Entry[]): string {
  const rows = entries.toReversed().map((entry) => Object.values(rowOf(entry)).map(quoted).join(","));
  return [COLUMNS.join(","), ...rows, ""].join("\r\n");
}

/** Oldest first; strokes are as `POST /read` takes them. */
export function jsonOf(entries: readonly Entry[]): string {
  const rows = entries.toReversed().map((entry) => Object.assign(rowOf(entry), { strokes: entry.strokes }));
  return `${JSON.stringify({ format: FORMAT, version: 1, readings: rows }, null, 1)}\n`;
}

function rowOf({ at, source, digits, verdict, confidence }: Entry): Record<(typeof COLUMNS)[number], string | number> {
  return { time: new Date(at).toISOString(), source, digits, verdict, confidence };
}

/** Digits are quoted: they are a text, and a 0 before others counts. */
function quoted(value: string | number): string {
  return typeof value === "number" ? String(value) : `"${value.replaceAll('"', '""')}"`;
}

/** Have the browser save a text as a file. */
export function download(name: string, type: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = Object.assign(document.createElement("a"), { href: address, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000); // some browsers begin to read only now
}
