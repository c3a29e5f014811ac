/** The tools of the pad: undo, clear, read. */

import type { Action } from "./keys";
import type { Words } from "./language/page";

/** As `commandOf` knows them. */
const SHORTCUTS: Readonly<Record<Action, string>> = {
  undo: "Backspace Control+Z Meta+Z",
  clear: "Escape Delete",
  read: "Enter",
};

interface Props {
  words: Words;
  isEmpty: boolean;
  /** Whether a picture lies on the pad, which has no strokes to take back. */
  isPicture: boolean;
  hasShortcuts: boolean;
  act: (action: Action) => void;
}

export function Tools({ words, isEmpty, isPicture, hasShortcuts, act }: Props) {
  // aria-disabled and not disabled: a button that goes dead under the focus sends the keyboard back to the top.
  const button = (action: Action) => ({
    type: "button" as const,
    onClick: () => act(action),
    "aria-disabled": isEmpty || (isPicture && action === "undo"),
    "aria-keyshortcuts": hasShortcuts ? SHORTCUTS[action] : undefined,
  });
  return (
    <div class="tools" role="group" aria-label={words.tools}>
      <button {...button("undo")}>{words.undo}</button>
      <button {...button("clear")}>{words.clear}</button>
      <button {...button("read")} class="primary">{words.read}</button>
    </div>
  );
}

/** What the keys do, for those who have some. */
export function Keys({ words }: { words: Words }) {
  return (
    <p class="keys" aria-hidden="true">
      {words.keys.map(([key, does]) => <span key={key}><kbd>{key}</kbd> {does}</span>)}
    </p>
  );
}
