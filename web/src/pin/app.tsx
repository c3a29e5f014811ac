/** The PIN page: who it is for is chosen first; then there are ways for eyes, ears and keys, and all of them lead to the same end. */

import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { type Language, LANGUAGES, tellDocument } from "../language/language";
import { type PinWords, pinWordsOf } from "../language/pin";
import { LanguageSwitch, useLanguage } from "../language/switch";
import { recallSpeech, rememberSpeech, type SpeechSettings } from "../speech/settings";
import type { Config } from "./config";
import { pinKeyOf } from "./keys";
import { type Act, Keypad, Message, MoreTools, Tools } from "./parts";
import { rememberPause } from "./patience";
import { Settings } from "./settings";
import { Desk } from "./sighted";
import type { State, Way } from "./state";
import { type Pin, usePin } from "./use";
import { Tongues, Whole } from "./whole";

export function PinApp({ config, base }: { config: Config; base: string }) {
  const live = useRef<HTMLParagraphElement>(null);
  const [language, chooseLanguage] = useLanguage();
  const pin = usePin(config, base, language, live);
  const words = pinWordsOf(language);
  const { state } = pin;
  useLayoutEffect(() => tellDocument(words), [words]);
  const controls = useControls(pin, chooseLanguage);
  useEffect(() => {
    if (config.way) controls.open(config.way);
  }, [config, controls.open]);
  useKeys(pin, controls, language);
  const main = useFocus(state);
  const isOver = state.phase === "start" || state.phase === "done" || state.phase === "ended";
  return (
    <>
      <main ref={main} tabIndex={-1} data-phase={state.phase} data-way={state.way} data-reader={pin.whereabouts}>
        {state.way === "eyes_free" && state.phase !== "start" ? (
          <EyesFree pin={pin} words={words} controls={controls} />
        ) : isOver ? (
          <Start config={config} pin={pin} words={words} controls={controls} language={language} />
        ) : (
          <Sighted pin={pin} words={words} controls={controls} language={language} />
        )}
      </main>
      <p ref={live} class="unseen" role="status" />
    </>
  );
}

interface Controls {
  readonly open: (way: Way) => void;
  readonly act: (act: Act) => void;
  readonly redo: (place?: number) => void;
  readonly type: (digit: string) => void;
  readonly choose: (language: Language) => void;
  readonly speech: SpeechSettings;
  readonly setSpeech: (settings: SpeechSettings) => boolean;
  readonly pause: number;
  readonly setPause: (pause: number) => boolean;
}

interface Props {
  readonly pin: Pin;
  readonly words: PinWords;
  readonly controls: Controls;
}

/** A way to enter, or what became of it. */
function Start({ config, pin, words, controls, language }: Props & { config: Config; language: Language }) {
  const ways: readonly (readonly [Way, string])[] = [["boxes", words.boxes], ["field", words.field], ["keypad", words.keypad], ["eyes_free", words.eyesFree]];
  const offered = config.way ? ([[config.way, words.begin]] as const) : ways;
  return (
    <div class="card">
      <LanguageSwitch label={words.languages} language={language} choose={controls.choose} />
      <h1>{pin.state.phase === "done" ? words.done : words.heading}</h1>
      {pin.state.message ? <Message state={pin.state} words={words} /> : <p>{words.way}</p>}
      <div class="ways" role="group" aria-label={words.way}>
        {offered.map(([way, name]) => (
          <button type="button" key={way} onClick={() => controls.open(way)}>{name}</button>
        ))}
      </div>
      <Settings words={words} {...controls} />
      <Privacy pin={pin} words={words} />
    </div>
  );
}

function Sighted({ pin, words, controls, language }: Props & { language: Language }) {
  const { state, session, pens } = pin;
  return (
    <div class="card">
      <LanguageSwitch label={words.languages} language={language} choose={controls.choose} />
      <h1>{words.heading}</h1>
      <Message state={state} words={words} />
      <Desk state={state} words={words} session={session} pens={pens} redo={controls.redo} />
      {state.hasKeypad && state.phase !== "practice" && <Keypad words={words} type={controls.type} act={controls.act} />}
      <Tools state={state} words={words} act={controls.act} />
      <MoreTools state={state} words={words} act={controls.act} />
      <Settings words={words} {...controls} />
      <Shortcuts words={words} />
      <Privacy pin={pin} words={words} />
    </div>
  );
}

function EyesFree({ pin, words, controls }: Props) {
  const { state, session, pens, speech } = pin;
  const isReader = controls.speech.listener === "reader";
  if (state.phase === "language") {
    return (
      <div class="whole" data-phase="language">
        <h1 class="unseen">{words.heading}</h1>
        {!isReader && (
          <button type="button" class="skip" onClick={() => controls.setSpeech({ ...controls.speech, listener: "reader" })}>{words.screenReader}</button>
        )}
        <Tongues state={state} choose={controls.choose} session={session} />
        <Message state={state} words={words} />
      </div>
    );
  }
  const isOver = state.phase === "done" || state.phase === "ended";
  const again = (): void => {
    speech.stop();
    session.send({ kind: "touched" });
  };
  return (
    <Whole state={state} words={words} session={session} pens={pens} redo={controls.redo} startOver={() => controls.act("startOver")}>
      {isOver ? (
        <button type="button" class="primary begin" onClick={again}>{words.begin}</button>
      ) : (
        <>
          {state.hasKeypad && state.phase !== "practice" && <Keypad words={words} type={controls.type} act={controls.act} />}
          <div class="foot">
            <Tools state={state} words={words} act={controls.act} />
            <details>
              <summary>{words.tools}</summary>
              <MoreTools state={state} words={words} act={controls.act} />
              <Settings words={words} {...controls} />
            </details>
            <Privacy pin={pin} words={words} />
          </div>
        </>
      )}
    </Whole>
  );
}

function Shortcuts({ words }: { words: PinWords }) {
  return (
    <p class="keys">
      {words.keys.map(([key, does]) => (
        <span key={key}>
          <kbd>{key}</kbd> {does}
        </span>
      ))}
    </p>
  );
}

/** What is shown of digits and where drawings go to, before any goes there. */
function Privacy({ pin: { state, whereabouts, hasHost }, words }: Omit<Props, "controls">) {
  const where = { loading: words.loading, device: words.privacy, server: words.privacyServer, none: words.noModel }[whereabouts];
  return (
    <footer>
      {state.speaksDigits === "yes" ? words.unmasked : words.masked} {where} {!hasHost && words.alone}
    </footer>
  );
}

/** Whoever types is no longer at the button that was pressed last: Enter is to confirm, and not to press it again. */
function letGo(): void {
  const focused = document.activeElement;
  if (focused instanceof HTMLElement && !focused.closest(".keypad")) document.querySelector("main")?.focus({ preventScroll: true });
}

/** What buttons, keys and gestures do. All of them do it here. */
function useControls({ session, speech, earcons, pens }: Pin, chooseLanguage: (language: Language) => void): Controls {
  const [settings, setSettings] = useState(() => recallSpeech());
  const [pause, setPause] = useState(pens.pause);
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
  const setSpeech = useCallback((changed: SpeechSettings) => {
    setSettings(changed);
    if (session.state.way === "eyes_free") speech.settings = changed;
    earcons.volume = changed.volume;
    if (changed.listener === "reader") void speech.say("screen_reader_on");
    else void speech.say("volume", { share: Math.round(100 * changed.volume) });
    return rememberSpeech(changed);
  }, [speech, session, earcons]);
  const setPatience = useCallback((ms: number) => {
    pens.pause = ms;
    setPause(ms);
    return rememberPause(ms);
  }, [pens]);
  return { open, act, redo, type, choose, speech: settings, setSpeech, pause, setPause: setPatience };
}

/** Keys work whatever has the focus; each touch and each key says that somebody is there. */
function useKeys({ session }: Pin, { act, type, choose }: Controls, language: Language): void {
  useEffect(() => {
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
    document.addEventListener("keydown", press);
    document.addEventListener("pointerdown", wake, true);
    return () => {
      document.removeEventListener("keydown", press);
      document.removeEventListener("pointerdown", wake, true);
    };
  }, [session, act, type, choose, language]);
}

/** Where a button is gone that had the focus, the page itself takes it. From the last key that was typed it goes on: that key would tell. */
function useFocus({ phase, way }: State) {
  const main = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    const focused = document.activeElement;
    if (phase === "full" && focused?.closest(".keypad")) main.current?.querySelector<HTMLElement>(".confirm")?.focus();
    else if (phase !== "start" && focused === document.body) main.current?.focus({ preventScroll: true });
  }, [phase, way]);
  return main;
}
