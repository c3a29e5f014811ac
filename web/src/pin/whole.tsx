/** For those who do not look: the whole screen is the pad. Buttons lie on it for whoever wants them. */

import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { LANGUAGES, type Language, NAMES } from "../language/language";
import type { PinWords } from "../language/pin";
import { Message, Places } from "./parts";
import type { Pens } from "./pens";
import type { Session } from "./session";
import type { State } from "./state";
import { Surface } from "./surface";

interface Props {
  readonly state: State;
  readonly words: PinWords;
  readonly session: Session;
  readonly pens: Pens;
  readonly redo: () => void;
  readonly startOver: () => void;
  readonly children: ComponentChildren;
}

export function Whole({ state, words, children, ...parts }: Props) {
  const root = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const over = useRef<HTMLDivElement>(null);
  useSurface(root, canvas, parts);
  const isLong = useScrolling(root, over);
  return (
    <div ref={root} class="whole" data-phase={state.phase} data-long={isLong}>
      <canvas ref={canvas} class="pad" tabIndex={-1} role="img" aria-label={words.wholePad} />
      <div ref={over} class="over">
        <div class="stack">
          <h1>{words.heading}</h1>
          <Places state={state} words={words} />
          <Message state={state} words={words} />
          {children}
        </div>
      </div>
      {isLong && <button type="button" class="onward" onClick={() => over.current && scrollOn(over.current)}>{words.onward}</button>}
    </div>
  );
}

/** Where text is large or the screen small not all buttons fit, and fingers draw: a button moves on, as a mouse's wheel does. Returns whether it is so. */
function useScrolling(root: { current: HTMLElement | null }, over: { current: HTMLElement | null }): boolean {
  const [isLong, setLong] = useState(false);
  useLayoutEffect(() => {
    const [screen, sheet] = [root.current, over.current];
    const stack = sheet?.firstElementChild;
    if (!screen || !sheet || !stack) return undefined;
    const look = new ResizeObserver(() => setLong(stack.scrollHeight > screen.clientHeight));
    for (const part of [screen, stack]) look.observe(part);
    const turn = (event: WheelEvent): void => void (sheet.contains(event.target as Node) || sheet.scrollBy(0, event.deltaY));
    screen.addEventListener("wheel", turn, { passive: true });
    return () => {
      look.disconnect();
      screen.removeEventListener("wheel", turn);
    };
  }, [root, over]);
  return isLong;
}

/** In sheets. */
const SCROLL = 0.7;

/** Show what lies below, and after the last of it the first again. */
function scrollOn(sheet: HTMLElement): void {
  const isAtEnd = sheet.scrollTop + sheet.clientHeight >= sheet.scrollHeight - 2;
  sheet.scrollTo(0, isAtEnd ? 0 : sheet.scrollTop + SCROLL * sheet.clientHeight);
}

/** A touch anywhere begins anew. */
function isOver({ phase }: State): boolean {
  return phase === "done" || phase === "ended";
}

function useSurface(root: { current: HTMLDivElement | null }, canvas: { current: HTMLCanvasElement | null }, parts: Omit<Props, "state" | "words" | "children">): void {
  const { session, pens } = parts;
  const acts = useRef(parts);
  acts.current = parts;
  useLayoutEffect(() => {
    if (!root.current || !canvas.current) return undefined;
    const listener = {
      down: () => (isOver(session.state) ? session.send({ kind: "touched" }) : session.penDown()),
      done: (ink: Parameters<Session["draw"]>[0]) => {
        session.draw(ink);
        return true;
      },
      twoTap: (taps: 1 | 2) => (taps === 2 ? session.send({ kind: "confirm" }) : acts.current.redo()),
      twoHold: () => session.send({ kind: "repeat" }),
      holding: () => session.send({ kind: "holding" }),
      held: () => acts.current.startOver(),
      waitsForSecond: () => session.state.phase === "full",
    };
    const surface = new Surface(root.current, canvas.current, listener, () => pens.pause, pens.palm);
    const leave = pens.add(0, surface.pen);
    return () => {
      surface.close();
      leave();
    };
  }, [root, canvas, session, pens]);
}

/** The first touch is offered both languages; the next one chooses, by the half of the screen that it is on. */
export function Tongues({ state, choose, session }: { state: State; choose: (language: Language) => void; session: Session }) {
  const isOffered = state.message?.[0] === "choose_language";
  const press = (language: Language, event: MouseEvent): void => {
    // Not a touch or a mouse, but a key or a screen reader: it has read what it presses.
    if (isOffered || event.detail === 0) choose(language);
    else session.send({ kind: "touched" });
  };
  return (
    <div class="tongues">
      {LANGUAGES.map((language) => (
        <button type="button" key={language} lang={language} onClick={(event) => press(language, event)}>
          {NAMES[language]}
        </button>
      ))}
    </div>
  );
}
