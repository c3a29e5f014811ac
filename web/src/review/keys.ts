/** Which key does what on the grid. */

import { type Key, letterOf } from "../keys";
import type { Move, Order } from "./grid";

const MOVES: Readonly<Record<string, Move>> = {
  ArrowLeft: "left",
  ArrowRight: "right",
  ArrowUp: "up",
  ArrowDown: "down",
  Home: "first",
  End: "last",
};
const LETTERS: Readonly<Record<string, Order>> = {
  s: { kind: "mark", mark: "skip" },
  r: { kind: "mark", mark: "reject" },
  n: { kind: "mark", mark: null },
  u: { kind: "undo" },
};
const OTHERS: Readonly<Record<string, Order>> = {
  Delete: { kind: "mark", mark: "reject" },
  Backspace: { kind: "undo" },
  " ": { kind: "toggle" },
  Escape: { kind: "none" },
};

/** What a key orders, if anything. Held down it moves on and on, and decides nothing twice. */
export function orderOf(key: Key): Order | null {
  if (key.altKey) return null;
  const letter = letterOf(key);
  if (key.ctrlKey || key.metaKey) return withControl(letter, key.shiftKey);
  const move = MOVES[key.key];
  if (move) return { kind: "move", move, extends: key.shiftKey };
  if (key.repeat) return null;
  if (/^[0-9]$/.test(key.key)) return { kind: "mark", mark: Number(key.key) }; // some keyboards have digits on Shift
  return key.shiftKey ? null : (OTHERS[key.key] ?? LETTERS[letter] ?? null);
}

function withControl(letter: string, isShifted: boolean): Order | null {
  if (isShifted) return null;
  return letter === "a" ? { kind: "all" } : letter === "z" ? { kind: "undo" } : null;
}
