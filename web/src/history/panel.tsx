/** The history as a fold at the foot of the page: what was read, to look at, delete, put back and take along. */

import type { ComponentChildren } from "preact";
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { View } from "../desk";
import type { Words } from "../language/page";
import { percent } from "../language/percent";
import { type Entry, entryOf } from "./entry";
import { csvOf, download, jsonOf } from "./export";
import { History, type Kept } from "./history";
import { Thumbnail } from "./thumbnail";

/** A reading that stands so long after the last stroke is kept. */
const SETTLED_MS = 800;
/** Entries that are shown at first, and more at each wish. */
const PAGE = 24;

/** Keep what a view says once it has settled: of each drawing, and of each picture, the last that was read. */
export function useHistory(view: View, isOn: boolean): readonly [Kept, History] {
  const [kept, show] = useState<Kept | null>(null);
  const history = useMemo(() => new History(show), []);
  useEffect(() => {
    const look = (): void => history.look();
    addEventListener("storage", look);
    return () => removeEventListener("storage", look);
  }, [history]);
  const [visit] = useState(() => `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`);
  const [settled] = useState(() => new WeakSet<object>());
  useEffect(() => {
    const { answer } = view;
    // What was there before a picture is there again after it: that is no news, and what was deleted of it stays deleted.
    if (!isOn || view.isDrawing || view.isPartial || view.strokes === 0 || answer === null || typeof answer === "string" || settled.has(answer)) return undefined;
    const timer = setTimeout(() => {
      const entry = entryOf(view, `${visit}-${view.subject}`, Date.now());
      settled.add(answer);
      if (entry) history.put(entry);
    }, SETTLED_MS);
    return () => clearTimeout(timer);
  }, [history, isOn, view.answer, view.isDrawing, view.isPartial, view.strokes === 0, view.subject]);
  return [kept ?? history.kept, history];
}

interface Props {
  kept: Kept;
  history: History;
  isOpen: boolean;
  setOpen: (isOpen: boolean) => void;
  words: Words;
  /** What was given away, below what was read. */
  given: ComponentChildren;
}

export function HistoryPanel({ kept, history, isOpen, setOpen, words, given }: Props) {
  return (
    <details class="history fold" open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{words.history.title(kept.entries.length)}</summary>
      {isOpen && <Opened kept={kept} history={history} words={words} />}
      {isOpen && given}
    </details>
  );
}

/** What gets the focus once it is there: what undoes a deletion, or the row of an entry, whose button might be pressed once too often. */
type Aim = "undo" | Entry | undefined;

function Opened({ kept: { entries, deleted, isLasting }, history, words }: Pick<Props, "kept" | "history" | "words">) {
  const [count, setCount] = useState(PAGE);
  const panel = useRef<HTMLDivElement>(null);
  const aim = useRef<Aim>(undefined);
  useLayoutEffect(() => {
    const { current: aimed } = aim;
    aim.current = undefined;
    if (aimed === undefined) return;
    const row = typeof aimed === "string" ? -1 : entries.findIndex(({ id }) => id === aimed.id);
    const found = panel.current?.querySelectorAll<HTMLElement>(aimed === "undo" ? ".undo button" : "li");
    found?.[Math.max(0, row)]?.focus();
  });
  const remove = useCallback(
    (gone: readonly Entry[]) => {
      aim.current = "undo";
      history.remove(gone);
    },
    [history],
  );
  const restore = (): void => {
    aim.current = deleted[0];
    history.restore();
  };
  const showMore = (): void => {
    aim.current = entries[count];
    setCount(count + PAGE);
  };
  const { length } = entries;
  return (
    <div ref={panel}>
      <p class="note history-note" tabIndex={-1}>{length > 0 ? (isLasting ? words.history.note : words.history.noteForbidden) : words.history.empty}</p>
      {deleted.length > 0 && (
        <p class="undo">
          <span>{words.history.deleted(deleted.length)}</span> <button type="button" onClick={restore}>{words.history.restore}</button>
        </p>
      )}
      {length > 0 && <Takeaway entries={entries} remove={remove} words={words} />}
      <ol class="entries">
        {entries.slice(0, count).map((entry) => <Row key={entry.id} entry={entry} remove={remove} words={words} />)}
      </ol>
      {length > count && <button type="button" onClick={showMore}>{words.history.more(length - count)}</button>}
    </div>
  );
}

function Takeaway({ entries, remove, words: { history: words } }: { entries: readonly Entry[]; remove: (gone: readonly Entry[]) => void; words: Words }) {
  return (
    <div class="takeaway" role="group" aria-label={words.tools}>
      <button type="button" onClick={() => download("sutja.csv", "text/csv", csvOf(entries))}>{words.asTable}</button>
      <button type="button" onClick={() => download("sutja.json", "application/json", jsonOf(entries))}>{words.asJson}</button>
      <button type="button" onClick={() => remove(entries)}>{words.removeAll}</button>
    </div>
  );
}

function Row({ entry, remove, words }: { entry: Entry; remove: (gone: readonly Entry[]) => void; words: Words }) {
  const { digits, verdict, confidence, at, source } = entry;
  const named = digits || words.history.noDigit;
  const time = new Intl.DateTimeFormat(words.language, { dateStyle: "short", timeStyle: "short" }).format(at);
  return (
    <li data-verdict={verdict} tabIndex={-1}>
      <Thumbnail entry={entry} />
      <b>{named}</b>
      <span>{source === "picture" && `${words.history.picture} · `}{digits ? words.certainty(percent(confidence, words.language, 0)) : ""}{verdict === "unsure" && ` · ${words.unsure}`}</span>
      <time dateTime={new Date(at).toISOString()}>{time}</time>
      <button type="button" aria-label={words.history.remove(named, time)} onClick={() => remove([entry])}>×</button>
    </li>
  );
}
