/** The settings of the page, folded away, and remembered where the browser may. */

import { useCallback, useState } from "preact/hooks";
import type { Words } from "./language/page";
import { recall, remember } from "./memory";

/** Pen widths in thousandths of the pad's side. */
export const PEN_WIDTH = { least: 15, usual: 45, most: 110, step: 5 };

export interface Settings {
  readonly penWidth: number;
  readonly hasShortcuts: boolean;
  readonly keepsHistory: boolean;
}

const NAMES: Readonly<Record<keyof Settings, string>> = { penWidth: "pen", hasShortcuts: "shortcuts", keepsHistory: "keep" };

/** Whatever stands in memory, it becomes settings that can be. */
export function recallSettings(): Settings {
  const width = Number(recall(NAMES.penWidth) || NaN);
  const isPenWidth = width >= PEN_WIDTH.least && width <= PEN_WIDTH.most;
  return { penWidth: isPenWidth ? width : PEN_WIDTH.usual, hasShortcuts: recall(NAMES.hasShortcuts) !== "off", keepsHistory: recall(NAMES.keepsHistory) !== "off" };
}

export type Change = (part: Partial<Settings>) => void;

export function useSettings(): readonly [Settings, Change] {
  const [settings, set] = useState(recallSettings);
  const change = useCallback((part: Partial<Settings>) => {
    for (const [name, value] of Object.entries(part)) remember(NAMES[name as keyof Settings], value === true ? "on" : value === false ? "off" : String(value));
    set((before) => ({ ...before, ...part }));
  }, []);
  return [settings, change];
}

interface Props {
  settings: Settings;
  change: Change;
  listShortcuts: () => void;
  words: Words;
}

export function SettingsFold({ settings, change, listShortcuts, words }: Props) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details class="settings fold" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{words.settings.title}</summary>
      {isOpen && (
        <>
          <PenWidth words={words} width={settings.penWidth} setWidth={(penWidth) => change({ penWidth })} />
          <Choice text={words.settings.history} isOn={settings.keepsHistory} turn={(keepsHistory) => change({ keepsHistory })} />
          <Choice text={words.settings.shortcuts} isOn={settings.hasShortcuts} turn={(hasShortcuts) => change({ hasShortcuts })} />
          <button type="button" onClick={listShortcuts}>{words.shortcuts.open}</button>
        </>
      )}
    </details>
  );
}

function Choice({ text, isOn, turn }: { text: string; isOn: boolean; turn: (isOn: boolean) => void }) {
  return (
    <label class="choice">
      <input type="checkbox" checked={isOn} onChange={(event) => turn(event.currentTarget.checked)} /> {text}
    </label>
  );
}

function PenWidth({ words, width, setWidth }: { words: Words; width: number; setWidth: (width: number) => void }) {
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
