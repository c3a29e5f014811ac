/** For those who see the screen: a box for each digit, or one wide field for all. */

import { useLayoutEffect, useRef } from "preact/hooks";
import type { PinWords } from "../language/pin";
import { Pen } from "./pen";
import type { Pens } from "./pens";
import type { Session } from "./session";
import { nameOf, Places } from "./parts";
import type { Mark, State } from "./state";

interface Props {
  readonly state: State;
  readonly words: PinWords;
  readonly session: Session;
  readonly pens: Pens;
  readonly redo: (place: number) => void;
}

/** Whoever draws several digits in one go rests between them. */
const FIELD_PATIENCE = 2;
/** In sides of the pad. */
const LINE = 0.06;
const FIELD_LINE = 0.016;

/** Draw here: boxes or field, as was chosen. */
export function Desk(props: Props) {
  const { state, words } = props;
  if (state.way === "keypad" && state.hasKeypad) return <Places state={state} words={words} />;
  return state.way === "field" && state.phase !== "practice" ? <Field {...props} /> : <Boxes {...props} />;
}

/** In practice one box is enough. */
function Boxes(props: Props) {
  const { state, words, redo } = props;
  const places = state.phase === "practice" ? [0] : [...state.marks.keys()];
  return (
    <ol class="boxes-to-fill">
      {places.map((place) => (
        <li key={place}>
          <Box {...props} place={place} />
          <Redo mark={state.marks[place]} name={words.redoPlace(place + 1)} redo={() => redo(place)} />
        </li>
      ))}
    </ol>
  );
}

/** The box whose turn it is can be drawn in, and the next one: who is quick need not wait. */
function Box({ state, words, session, pens, place }: Props & { place: number }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const mark = state.phase === "practice" ? "empty" : (state.marks[place] ?? "empty");
  const isNow = place === state.at || state.phase === "practice";
  const isOpen = isNow || (mark !== "entered" && state.at !== null && place === state.marks.findIndex((other, at) => other !== "entered" && at > (state.at ?? 0)));
  usePen(canvas, pens, place, () => pens.pause, () => ({
    takes: (event) => pens.takes(place, event),
    down: () => {
      pens.finishOthers(place);
      session.penDown();
    },
    done: (ink) => {
      const isTaken = session.state.phase === "practice" || session.state.at === place;
      if (isTaken) session.draw(ink);
      return isTaken;
    },
  }));
  return (
    <div class="box" data-mark={mark} data-now={isNow} data-open={isOpen}>
      <canvas ref={canvas} class="pad" tabIndex={-1} role="img" aria-label={state.phase === "practice" ? words.practice : nameOf(state, place, words)} />
    </div>
  );
}

function Field({ state, words, session, pens, redo }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  usePen(canvas, pens, 0, () => FIELD_PATIENCE * pens.pause, () => ({
    takes: (event) => pens.takes(0, event),
    down: () => session.penDown(),
    done: (ink) => {
      session.draw(ink);
      return true;
    },
  }));
  useLayoutEffect(() => pens.width(state.order.length > 0 ? LINE / 3 : FIELD_LINE), [pens, state.order.length]);
  const count = state.marks.length;
  const isWide = state.order.length === 0;
  return (
    <>
      <Places state={state} words={words} />
      <div class="field" data-open={state.at !== null} style={{ "--count": count }}>
        <canvas ref={canvas} class="pad" tabIndex={-1} role="img" aria-label={isWide ? words.wideField(count) : words.padFor((state.at ?? 0) + 1, count)} />
      </div>
      <ul class="redos">
        {state.marks.map((mark, place) => (
          <li key={place}>
            <Redo mark={mark} name={words.redoPlace(place + 1)} redo={() => redo(place)} />
          </li>
        ))}
      </ul>
    </>
  );
}

/** Takes one digit back. Then it is gone itself: the pad that is to be drawn on takes the focus. */
function Redo({ mark, name, redo }: { mark: Mark | undefined; name: string; redo: () => void }) {
  const press = ({ currentTarget }: { currentTarget: Element }): void => {
    const pad = currentTarget.closest("li")?.querySelector("canvas") ?? document.querySelector<HTMLElement>(".field canvas");
    pad?.focus({ preventScroll: true });
    redo();
  };
  return (
    <button type="button" class="redo" data-there={mark === "entered"} disabled={mark !== "entered"} onClick={press}>
      {name}
    </button>
  );
}

type Listener = Required<ConstructorParameters<typeof Pen>[1]>;

/** A pen on a canvas for as long as it is there. */
function usePen(canvas: { current: HTMLCanvasElement | null }, pens: Pens, place: number, pause: () => number, listenerOf: () => Listener): void {
  const newest = useRef({ pause, listenerOf });
  newest.current = { pause, listenerOf };
  useLayoutEffect(() => {
    if (!canvas.current) return undefined;
    const listener: Listener = {
      takes: (event) => newest.current.listenerOf().takes(event),
      down: () => newest.current.listenerOf().down(),
      done: (ink) => newest.current.listenerOf().done(ink),
    };
    const pen = new Pen(canvas.current, listener, () => newest.current.pause());
    pen.width = LINE;
    return pens.add(place, pen);
  }, [canvas, pens, place]);
}
