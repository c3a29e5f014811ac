/** Which key does what. Knows of events no more than it reads. */

/** What is done on the desk. */
export type Action = "undo" | "clear" | "read";
/** What else a key can do. */
export type Command = Action | "picture" | "explain" | "speak" | "history" | "shortcuts";

export type Key = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey" | "repeat" | "code">;

const ALONE: Readonly<Record<string, Command>> = { Backspace: "undo", Escape: "clear", Delete: "clear", Enter: "read" };
const LETTERS: Readonly<Record<string, Command>> = { p: "picture", e: "explain", s: "speak", h: "history" };

/** What a key does, if anything. A key held down undoes again and again, and does nothing else twice. */
export function commandOf(key: Key): Command | null {
  if (key.altKey) return null;
  const isUndo = (key.ctrlKey || key.metaKey) && !key.shiftKey && key.key.toLowerCase() === "z";
  const command = isUndo ? "undo" : key.ctrlKey || key.metaKey ? null : byItself(key);
  return key.repeat && command !== "undo" ? null : command;
}

function byItself(key: Key): Command | null {
  if (key.key === "?") return "shortcuts";
  return key.shiftKey ? null : (ALONE[key.key] ?? LETTERS[letterOf(key)] ?? null);
}

/** Where Korean is typed a key gives no Latin letter: then the one that stands on it counts. */
export function letterOf({ key, code }: Key): string {
  return /^[a-z]$/i.test(key) ? key.toLowerCase() : /^[ -~]+$/.test(key) && key !== "Process" ? "" : code.replace(/^Key/, "").toLowerCase();
}

/** Whether Enter already means something on `target`, which has the focus. */
export function takesEnter(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("a, button, summary, label, [type=checkbox]") !== null;
}
