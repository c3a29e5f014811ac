/** The samples that wait, as a grid that is worked by keys, and a tool for each key for those who have none. */

import { useCallback, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { ReviewWords } from "../language/review";
import type { Counts, Queue, Review } from "./api";
import { useDeciding } from "./deciding";
import { Failure } from "./failure";
import { type Grid, leftOf, type Order } from "./grid";
import { orderOf } from "./keys";
import { Current, Tile } from "./tile";

const QUEUES = ["quarantined", "disputed", "doubtful", "new", "accepted", "rejected"] as const satisfies readonly Queue[];
const DIGITS = [...Array(10).keys()];

interface Props {
  review: Review;
  base: string;
  end: () => void;
  words: ReviewWords;
}

export function SamplesTab({ review, base, end, words }: Props) {
  const [queue, setQueue] = useState<Queue>("quarantined");
  const [{ grid, counts, error, gone }, deciding] = useDeciding(review, queue, end);
  const list = useRef<HTMLDivElement>(null);
  const run = useCallback((order: Order) => deciding.order(order, columnsOf(list.current)), [deciding]);
  return (
    <>
      <Queues queue={queue} counts={counts} choose={setQueue} words={words} />
      {error && <Failure error={error} again={() => deciding.start()} words={words} />}
      {gone > 0 && <p class="note" role="status">{words.samples.gone(gone)}</p>}
      {grid === null ? (
        !error && <p role="status">{words.loading}</p>
      ) : grid.at < 0 ? (
        <p class="nothing">{words.samples.none}</p>
      ) : (
        <div class="work">
          <Tiles list={list} grid={grid} run={run} next={() => deciding.next()} words={words} />
          <Side grid={grid} base={base} run={run} next={() => deciding.next()} words={words} />
        </div>
      )}
    </>
  );
}

interface QueuesProps {
  queue: Queue;
  counts: Counts | null;
  choose: (queue: Queue) => void;
  words: ReviewWords;
}

function Queues({ queue, counts, choose, words: { samples: words } }: QueuesProps) {
  const named = (each: Queue): string => {
    const count = each === "doubtful" ? undefined : counts?.[each];
    return count === undefined ? words.queues[each] : words.counted(words.queues[each], count);
  };
  return (
    <>
      <div class="queues" role="group" aria-label={words.queue}>
        {QUEUES.map((each) => (
          <button type="button" key={each} aria-pressed={each === queue} onClick={() => choose(each)}>{named(each)}</button>
        ))}
      </div>
      <p class="note">{words.notes[queue]}</p>
    </>
  );
}

interface TilesProps {
  list: { current: HTMLDivElement | null };
  grid: Grid;
  run: (order: Order) => void;
  next: () => void;
  words: ReviewWords;
}

/** One stop for the Tab key: within it arrows move what is current. */
function Tiles({ list, grid, run, next, words }: TilesProps) {
  const current = grid.samples[grid.at];
  useLayoutEffect(() => list.current?.focus({ preventScroll: true }), [grid.samples]);
  useLayoutEffect(() => list.current?.querySelector('[data-current="true"]')?.scrollIntoView({ block: "nearest" }), [grid.at]);
  const press = (event: KeyboardEvent): void => {
    const isNext = event.key === "Enter" && !event.repeat && !event.ctrlKey && !event.metaKey && !event.altKey;
    const order = isNext ? null : orderOf(event);
    if (!isNext && !order) return;
    event.preventDefault();
    if (order) run(order);
    else next();
  };
  const point = ({ target, shiftKey, ctrlKey, metaKey }: MouseEvent): void => {
    const tile = target instanceof Element && target.closest('[role="option"]');
    const place = tile ? Array.from(list.current?.children ?? []).indexOf(tile) : -1;
    if (place >= 0) run({ kind: "go", place, extends: shiftKey, toggles: ctrlKey || metaKey });
  };
  return (
    <div ref={list} class="tiles" role="listbox" aria-multiselectable="true" aria-label={words.samples.grid} tabIndex={0} aria-activedescendant={current && `sample-${current.id}`} onKeyDown={press} onClick={point}>
      {grid.samples.map((sample, place) => (
        <Tile key={sample.id} sample={sample} isCurrent={place === grid.at} isChosen={grid.chosen.has(sample.id)} mark={grid.marks.get(sample.id)} words={words} />
      ))}
    </div>
  );
}

interface SideProps {
  grid: Grid;
  base: string;
  run: (order: Order) => void;
  next: () => void;
  words: ReviewWords;
}

/** What is current, and what can be done with it. */
function Side({ grid, base, run, next, words }: SideProps) {
  const { samples: said } = words;
  const current = grid.samples[grid.at];
  return (
    <aside class="side" aria-label={said.current}>
      {current && <Current key={current.id} sample={current} base={base} words={words} />}
      <p class="tally" role="status">
        {said.left(leftOf(grid), grid.samples.length)}{grid.chosen.size > 0 && ` · ${said.chosen(grid.chosen.size)}`}
      </p>
      <div class="deciding" role="group" aria-label={said.tools}>
        {DIGITS.map((digit) => (
          <button type="button" key={digit} aria-label={said.digit(digit)} onClick={() => run({ kind: "mark", mark: digit })}>{digit}</button>
        ))}
        <button type="button" class="wide" onClick={() => run({ kind: "mark", mark: null })}>{said.isNone}</button>
        <button type="button" class="wide" onClick={() => run({ kind: "mark", mark: "skip" })}>{said.skip}</button>
        <button type="button" class="wide" onClick={() => run({ kind: "mark", mark: "reject" })}>{said.reject}</button>
        <button type="button" class="wide" aria-disabled={grid.before.length === 0} onClick={() => run({ kind: "undo" })}>{said.undo}</button>
      </div>
      <button type="button" class={leftOf(grid) === 0 ? "primary" : ""} onClick={next}>{said.next}</button>
      <details>
        <summary>{said.keys}</summary>
        <dl class="key-list">
          {said.keyList.map(([key, does]) => (
            <div key={key}>
              <dt><kbd>{key}</kbd></dt>
              <dd>{does}</dd>
            </div>
          ))}
        </dl>
      </details>
    </aside>
  );
}

/** How many tiles stand side by side: those that are as high as the first. */
function columnsOf(list: HTMLElement | null): number {
  const tiles = Array.from(list?.children ?? []) as HTMLElement[];
  const below = tiles.findIndex(({ offsetTop }) => offsetTop !== tiles[0]?.offsetTop);
  return Math.max(1, below < 0 ? tiles.length : below);
}
