/** Which key does what while a PIN is entered. Knows of events no more than it reads. */

import { type Key, takesEnter } from "../keys";

export type PinKey = { readonly digit: string } | "redo" | "startOver" | "repeat" | "confirm";

const ALONE: Readonly<Record<string, PinKey>> = { Backspace: "redo", Escape: "startOver", " ": "repeat", Enter: "confirm" };
/** What presses a button that has the focus. */
const PRESSING = new Set(["Enter", " "]);

/** Null for any other key, for one that is held down, and for one that already means something on `target`, which has the focus. */
export function pinKeyOf(key: Key, target: EventTarget | null): PinKey | null {
  if (key.altKey || key.ctrlKey || key.metaKey || key.repeat) return null;
  if (/^[0-9]$/.test(key.key)) return { digit: key.key };
  if (PRESSING.has(key.key) && takesEnter(target)) return null;
  return ALONE[key.key] ?? null;
}
