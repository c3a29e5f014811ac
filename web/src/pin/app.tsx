/** The PIN page: who it is for is chosen first; then there are ways for eyes, ears and keys, and all of them lead to the same end. */

import { useLayoutEffect, useRef } from "preact/hooks";
import { type Language, tellDocument } from "../language/language";
import { type PinWords, pinWordsOf } from "../language/pin";
import { LanguageSwitch, useLanguage } from "../language/switch";
import type { Config } from "./config";
import { type Controls, useControls, useFocus, useKeys } from "./controls";
import { GiveQuestion } from "./question";
import { Keypad, Message, MoreTools, Tools } from "./parts";
import { Settings } from "./settings";
import { Desk } from "./sighted";
import type { Way } from "./state";
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
  useLayoutEffect(() => { // before the first key
    if (config.way) controls.open(config.way);
  }, [config, controls.open]);
  useKeys(pin, controls, language);
  const main = useFocus(state);
  const isOver = state.phase === "start" || state.phase === "done" || state.phase === "ended";
  return (
    <>
      <main ref={main} tabIndex={-1} data-phase={state.phase} data-way={state.way} data-reader={pin.whereabouts}>
        {state.way === "eyes_free" && state.phase !== "start" ? (
          <EyesFree config={config} pin={pin} words={words} controls={controls} />
        ) : isOver ? (
          <Start config={config} pin={pin} words={words} controls={controls} language={language} />
        ) : (
          <Sighted config={config} pin={pin} words={words} controls={controls} language={language} />
        )}
      </main>
      <p ref={live} class="unseen" role="status" />
    </>
  );
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

function Sighted({ config, pin, words, controls, language }: Props & { config: Config; language: Language }) {
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
      <GiveQuestion state={state} place={config.samples} language={words.language} act={controls.act} />
      <Settings words={words} {...controls} />
      <Shortcuts words={words} />
      <Privacy pin={pin} words={words} />
    </div>
  );
}

function EyesFree({ config, pin, words, controls }: Props & { config: Config }) {
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
              <GiveQuestion state={state} place={config.samples} language={words.language} act={controls.act} />
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
