/** What every way of entering shows: the places, what was said last, the buttons, the keypad. None of it knows a digit. */

import type { PinWords } from "../language/pin";
import { written } from "../language/spoken";
import { isOpen, REFUSALS, type State } from "./state";

/** What a button or a key does. */
export type Act = "redo" | "startOver" | "repeat" | "help" | "confirm" | "cancel" | "speakDigits" | "keypad" | "practice" | "practiceEnd" | "goOn" | "give";

export interface ViewProps {
  readonly state: State;
  readonly words: PinWords;
  readonly act: (act: Act) => void;
}

/** The name of a place, from 0. */
export function nameOf({ marks, at }: State, place: number, words: PinWords): string {
  const [number, count, mark] = [place + 1, marks.length, marks[place]];
  if (mark === "entered") return words.placeEntered(number, count);
  if (mark === "again") return words.placeAgain(number, count);
  return place === at ? words.placeNow(number, count) : words.placeEmpty(number, count);
}

/** A dot for each place that is filled, and no more than that. */
export function Places({ state, words }: Omit<ViewProps, "act">) {
  return (
    <ol class="places" aria-label={words.progress(state.order.length, state.marks.length)}>
      {state.marks.map((mark, place) => (
        <li key={place} data-mark={mark} data-now={place === state.at}>
          <span class="unseen">{nameOf(state, place, words)}</span>
        </li>
      ))}
    </ol>
  );
}

/** What was said last, for those who do not hear it. A screen reader has it from the live region. */
export function Message({ state, words }: Omit<ViewProps, "act">) {
  return <p class="message">{state.message ? written(words.language, state.message) : " "}</p>;
}

/** The buttons that someone needs all the time. */
export function Tools({ state, words, act }: ViewProps) {
  const isFull = state.phase === "full";
  return (
    <div class="pin-tools" role="group" aria-label={words.tools}>
      <button type="button" onClick={() => act("redo")}>{words.redo}</button>
      <button type="button" onClick={() => act("startOver")}>{words.startOver}</button>
      <button type="button" onClick={() => act("repeat")}>{words.repeat}</button>
      <button type="button" class={isFull ? "primary confirm" : "confirm"} aria-disabled={!isFull} onClick={() => act("confirm")}>
        {words.confirm}
      </button>
      {state.isWarned && <button type="button" class="primary" onClick={() => act("goOn")}>{words.more}</button>}
    </div>
  );
}

/** The buttons that someone needs now and then. */
export function MoreTools({ state, words, act }: ViewProps) {
  const { speaksDigits, phase, hasKeypad, refusals } = state;
  const speak = { no: words.speakDigits, asked: words.agree, yes: words.hideDigits }[speaksDigits];
  const isPractice = phase === "practice";
  return (
    <div class="pin-tools pin-more" role="group" aria-label={words.settings}>
      {isOpen(state) && (
        <button type="button" aria-pressed={hasKeypad} class={refusals >= REFUSALS ? "offered" : ""} onClick={() => act("keypad")}>
          {words.keypad}
        </button>
      )}
      {state.way === "eyes_free" && !isPractice && <button type="button" onClick={() => act("speakDigits")}>{speak}</button>}
      <button type="button" onClick={() => act(isPractice ? "practiceEnd" : "practice")}>{isPractice ? words.practiceEnd : words.practice}</button>
      <button type="button" onClick={() => act("help")}>{words.help}</button>
      <button type="button" onClick={() => act("cancel")}>{words.cancel}</button>
    </div>
  );
}

const DIGITS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "0"];

/** A press does not take the focus: it would show which key was the last. */
const keepFocus = (event: Event): void => event.preventDefault();

export function Keypad({ words, type, act }: { words: PinWords; type: (digit: string) => void; act: (act: Act) => void }) {
  return (
    <div class="keypad" role="group" aria-label={words.keypad}>
      {DIGITS.map((digit) => (
        <button type="button" key={digit} onMouseDown={keepFocus} onClick={() => type(digit)}>{words.key(Number(digit))}</button>
      ))}
      <button type="button" aria-label={words.keyBack} onMouseDown={keepFocus} onClick={() => act("redo")}>⌫</button>
    </div>
  );
}
