/** Which key does what. Knows of events no more than it reads. */

export type Action = "undo" | "clear" | "read";

export type Key = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey" | "repeat">;

const ALONE: Readonly<Record<string, Action>> = { Backspace: "undo", Escape: "clear", Delete: "clear", Enter: "read" };

/** The action of a key, if any. A key held down undoes again and again, and does nothing else twice. */
export function actionOf(key: Key): Action | null {
  if (key.altKey) return null;
  const isUndo = (key.ctrlKey || key.metaKey) && !key.shiftKey && key.key.toLowerCase() === "z";
  const action = isUndo ? "undo" : key.ctrlKey || key.metaKey || key.shiftKey ? null : (ALONE[key.key] ?? null);
  return key.repeat && action !== "undo" ? null : action;
}

/** Whether Enter already means something on `target`, which has the focus. */
export function takesEnter(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("a, button, summary") !== null;
}
