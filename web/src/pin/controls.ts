/** What buttons, keys and gestures do on the PIN page. All of them do it here. */

import { useCallback, useLayoutEffect, useRef, useState } from "preact/hooks";
import { type Language, LANGUAGES } from "../language/language";
import type { Utterance } from "../language/phrase";
import { recallSpeech, rememberSpeech, type SpeechSettings } from "../speech/settings";
import { pinKeyOf } from "./keys";
import type { Act } from "./parts";
import { rememberPause } from "./patience";
import type { State, Way } from "./state";
import type { Pin } from "./use";

export interface Controls extends SettingControls {
  readonly open: (way: Way) => void;
  readonly act: (act: Act) => void;
  readonly redo: (place?: number) => void;
  readonly type: (digit: string) => void;
  readonly choose: (language: Language) => void;
}

interface SettingControls {
  readonly speech: SpeechSettings;
  readonly setSpeech: (settings: SpeechSettings) => boolean;
  readonly pause: number;
  readonly setPause: (pause: number) => boolean;
}

export function useControls(pin: Pin, chooseLanguage: (language: Language) => void): Controls {
  const { session, speech, pens } = pin;
  const settings = useSettings(pin);
  const redo = useCallback((place?: number) => {
    const isInk = pens.hasInk;
    pens.drop();
    session.send({ kind: "redo", isInk, ...(place === undefined ? {} : { place }) });
  }, [pens, session]);
  const act = useCallback((which: Act) => {
    if (which === "redo") return redo();
    if (["startOver", "practice", "practiceEnd", "cancel"].includes(which)) pens.drop();
    if (which === "goOn") return session.wake();
    session.send({ kind: which });
  }, [pens, session, redo]);
  const type = useCallback((digit: string) => {
    pens.drop();
    letGo();
    session.type(digit);
  }, [pens, session]);
  const open = useCallback((way: Way) => {
    // Whoever looks at the page is not spoken to, but for a screen reader.
    speech.settings = way === "eyes_free" ? recallSpeech() : { ...recallSpeech(), listener: "reader" };
    session.send({ kind: "open", way });
  }, [speech, session]);
  const choose = useCallback((language: Language) => {
    chooseLanguage(language);
    speech.language = language;
    if (session.state.way === "eyes_free") void speech.load(language);
    session.send({ kind: "languageChosen" });
  }, [chooseLanguage, speech, session]);
  return { open, act, redo, type, choose, ...settings };
}

/** What is set holds at once, and is told to those who do not see it. */
function useSettings({ session, speech, earcons, pens }: Pin): SettingControls {
  const [settings, setSettings] = useState(() => recallSpeech());
  const [pause, setPause] = useState(pens.pause);
  const tell = useCallback((said: Utterance | null, isKept: boolean) => {
    const all: Utterance[] = [...(said ? [said] : []), ...(isKept ? [] : [["storage_full"] as const])];
    if (all.length > 0) void speech.tell(all);
    return isKept;
  }, [speech]);
  const setSpeech = useCallback((changed: SpeechSettings) => {
    const isUnseen = session.state.way === "eyes_free";
    setSettings(changed);
    if (isUnseen) speech.settings = changed;
    earcons.volume = changed.volume;
    return tell(changeOf(settings, changed, isUnseen), rememberSpeech(changed));
  }, [session, speech, earcons, settings, tell]);
  const setPatience = useCallback((ms: number) => {
    const isHeard = session.state.way === "eyes_free" && speech.settings.listener === "ears";
    const said: Utterance = [ms > pens.pause ? "wait_longer" : "wait_shorter"];
    pens.pause = ms;
    setPause(ms);
    return tell(isHeard ? said : null, rememberPause(ms));
  }, [session, speech, pens, tell]);
  return { speech: settings, setSpeech, pause, setPause: setPatience };
}

/** What is said of a change of how sutja speaks; whoever sees a slider sees what it is set to. */
export function changeOf(before: SpeechSettings, after: SpeechSettings, isUnseen: boolean): Utterance | null {
  if (after.listener !== before.listener) return [after.listener === "reader" ? "screen_reader_on" : "sound_on"];
  if (!isUnseen) return null;
  if (after.rate !== before.rate) return ["rate", { share: Math.round(100 * after.rate) }];
  return ["volume", { share: Math.round(100 * after.volume) }];
}

/** Whoever types is no longer at the button that was pressed last: Enter is to confirm, and not to press it again. */
function letGo(): void {
  const focused = document.activeElement;
  if (focused instanceof HTMLElement && !focused.closest(".keypad")) document.querySelector("main")?.focus({ preventScroll: true });
}

/** Each of them says that somebody is there; assistive technology presses a button, or sets a slider, without the first. */
const TOUCHES = ["pointerdown", "click", "input"] as const;

/** Keys work whatever has the focus. */
export function useKeys({ session }: Pin, { act, type, choose }: Controls, language: Language): void {
  useLayoutEffect(() => { // a key that comes with the page is not lost
    const wake = (): void => session.wake();
    const press = (event: KeyboardEvent): void => {
      wake();
      const { phase, way } = session.state;
      const key = pinKeyOf(event, event.target);
      if (!key) return;
      event.preventDefault();
      if (phase === "language") {
        const chosen = key === "confirm" ? language : typeof key === "object" ? LANGUAGES[Number(key.digit) - 1] : undefined;
        if (chosen) choose(chosen);
        else session.send({ kind: "touched" });
      } else if ((phase === "done" || phase === "ended") && way === "eyes_free") session.send({ kind: "touched" });
      else if (typeof key === "object") type(key.digit);
      else act(key);
    };
    const stop = new AbortController();
    const { signal } = stop;
    document.addEventListener("keydown", press, { signal });
    document.addEventListener("visibilitychange", () => session.look(), { signal });
    for (const name of TOUCHES) document.addEventListener(name, wake, { signal, capture: true });
    return () => stop.abort();
  }, [session, act, type, choose, language]);
}

/** Where a button is gone that had the focus, the page itself takes it. From the last key that was typed it goes on: that key would tell. */
export function useFocus({ phase }: State) {
  const main = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    const focused = document.activeElement;
    if (phase === "full" && focused?.closest(".keypad")) main.current?.querySelector<HTMLElement>(".confirm")?.focus();
    else if (phase !== "start" && focused === document.body) main.current?.focus({ preventScroll: true });
  }); // after whatever was shown anew
  return main;
}
