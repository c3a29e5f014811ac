/** For those who do not look: the whole screen is the pad. Buttons lie on it for whoever wants them. */

import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
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
  useSurface(root, canvas, parts);
  return (
    <div ref={root} class="whole" data-phase={state.phase}>
      <canvas ref={canvas} class="pad" tabIndex={-1} role="img" aria-label={words.wholePad} />
      <div class="over">
        <h1>{words.heading}</h1>
        <Places state={state} words={words} />
        <Message state={state} words={words} />
        {children}
      </div>
    </div>
  );
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
    const surface = new Surface(root.current, canvas.current, listener, () => pens.pause);
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
