/** The tools of the pad: undo, clear, read, and how wide the pen looks. */

import type { Action } from "./keys";
import type { Words } from "./words";

/** Pen widths in thousandths of the pad's side. */
export const PEN_WIDTH = { least: 15, usual: 45, most: 110, step: 5 };

/** As `actionOf` knows them. */
const SHORTCUTS: Readonly<Record<Action, string>> = {
  undo: "Backspace Control+Z Meta+Z",
  clear: "Escape Delete",
  read: "Enter",
};

interface PenProps {
  words: Words;
  width: number;
  setWidth: (width: number) => void;
}

interface Props extends PenProps {
  isEmpty: boolean;
  act: (action: Action) => void;
}

export function Tools({ words, isEmpty, act, width, setWidth }: Props) {
  // aria-disabled and not disabled: a button that goes dead under the focus sends the keyboard back to the top.
  const button = (action: Action) => ({
    type: "button" as const,
    onClick: () => act(action),
    "aria-disabled": isEmpty,
    "aria-keyshortcuts": SHORTCUTS[action],
  });
  return (
    <div class="tools" role="group" aria-label={words.tools}>
      <button {...button("undo")}>{words.undo}</button>
      <button {...button("clear")}>{words.clear}</button>
      <button {...button("read")} class="primary">{words.read}</button>
      <PenWidth words={words} width={width} setWidth={setWidth} />
      <p class="keys" aria-hidden="true">
        {words.keys.map(([key, does]) => <span key={key}><kbd>{key}</kbd> {does}</span>)}
      </p>
    </div>
  );
}

function PenWidth({ words, width, setWidth }: PenProps) {
  return (
    <div class="pen">
      <label for="pen-width">{words.penWidth}</label>
      <input
        id="pen-width"
        type="range"
        min={PEN_WIDTH.least}
        max={PEN_WIDTH.most}
        step={PEN_WIDTH.step}
        value={width}
        aria-describedby="pen-note"
        onInput={(event) => setWidth(event.currentTarget.valueAsNumber)}
      />
      <p id="pen-note">{words.penWidthNote}</p>
    </div>
  );
}
