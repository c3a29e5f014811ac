/** The page: a pad with its tools on one side, what was read on the other. */

import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { accountOf, spoken } from "./account";
import { Boxes } from "./boxes";
import type { Item, Server } from "./client";
import { Desk, START, type View } from "./desk";
import { type Action, actionOf, takesEnter } from "./keys";
import { Result } from "./result";
import seal from "./seal.svg";
import { PEN_WIDTH, Tools } from "./tools";
import type { Words } from "./words";

/** After the last stroke: an answer that stands this long is said to those who listen. */
const SETTLED_MS = 800;

export function App({ server, words }: { server: Server; words: Words }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [view, desk] = useDesk(canvas, server);
  const [acts, count] = useState(0);
  const [width, setWidth] = useState(PEN_WIDTH.usual);
  const account = accountOf(view, words);
  const said = useSaid(view === START ? "" : spoken(account, view.isThere, words), view.isDrawing, acts);
  const act = useCallback(
    (action: Action) => {
      desk.current?.[action]();
      count((before) => before + 1);
    },
    [desk],
  );
  useLayoutEffect(() => {
    if (desk.current) desk.current.penWidth = width / 1_000;
  }, [desk, width]);
  useKeys(act);
  return (
    <>
      <Header words={words} />
      {!view.isThere && <Banner words={words} />}
      <main>
        <section class="desk" aria-label={words.pad}>
          <div class="paper" data-empty={view.strokes === 0}>
            <p class="invitation" aria-hidden="true">{words.invitation}</p>
            <canvas ref={canvas} class="pad" tabIndex={-1} role="img" aria-label={words.padHolds(view.strokes)} />
            {account.places.length > 0 && !view.isDrawing && <Boxes items={itemsOf(view)} penWidth={width / 1_000} />}
          </div>
          <Tools words={words} isEmpty={view.strokes === 0} act={act} width={width} setWidth={setWidth} />
        </section>
        <Result view={view} account={account} words={words} />
      </main>
      <footer>{words.privacy}</footer>
      <p class="unseen" role="status">{said}</p>
    </>
  );
}

/** The marks of the number that was read, where there is one. */
function itemsOf({ answer }: View): readonly Item[] {
  return (typeof answer === "object" && answer?.number?.items) || [];
}

function Header({ words }: { words: Words }) {
  return (
    <header>
      <img class="seal" src={seal} alt="" width="36" height="36" />
      <h1>
        {words.name} <span lang="ko">{words.nameInKorean}</span>
      </h1>
      <p>{words.tagline}</p>
    </header>
  );
}

function Banner({ words }: { words: Words }) {
  return (
    <aside class="banner">
      <strong>{words.gone}</strong> {words.goneNote}
    </aside>
  );
}

/** The desk on a canvas, and what it shows. */
function useDesk(canvas: { current: HTMLCanvasElement | null }, server: Server) {
  const [view, show] = useState(START);
  const desk = useRef<Desk | null>(null);
  useLayoutEffect(() => {
    if (!canvas.current) return undefined;
    const opened = new Desk(canvas.current, server, show);
    desk.current = opened;
    return () => opened.close();
  }, [canvas, server]);
  return [view, desk] as const;
}

function useKeys(act: (action: Action) => void): void {
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      const action = actionOf(event);
      if (!action || (event.key === "Enter" && takesEnter(event.target))) return;
      event.preventDefault();
      act(action);
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [act]);
}

/** What a screen reader is to say: nothing while someone draws, then `text` once it has settled; again after each of `acts`. */
function useSaid(text: string, isDrawing: boolean, acts: number): string {
  const [said, say] = useState("");
  useEffect(() => {
    say("");
    if (isDrawing) return undefined;
    const timer = setTimeout(() => say(text), SETTLED_MS);
    return () => clearTimeout(timer);
  }, [text, isDrawing, acts]);
  return said;
}
