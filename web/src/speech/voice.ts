/** The browser's own voice, where it has one on the device itself: others would send what is said, a digit perhaps, to a server. */

import { type Language, languageOf } from "../language/language";
import type { Manner } from "./player";

/** Without a sound device some voices start and never end, or never start. */
const START_MS = 1_500;
const MS_PER_LETTER = 250;

/** Say a text. Returns false where there is no such voice, or it does not speak. Ends with `signal`. */
export async function speak(text: string, language: Language, manner: Manner, signal: AbortSignal): Promise<boolean> {
  const voice = voiceOf(language);
  if (!voice || signal.aborted) return false;
  const utterance = Object.assign(new SpeechSynthesisUtterance(text), { voice, lang: voice.lang, volume: manner.volume, rate: manner.rate });
  return new Promise((resolve) => {
    const end = (didSpeak: boolean): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
      resolve(didSpeak);
    };
    const cancel = (didSpeak: boolean): void => {
      speechSynthesis.cancel();
      end(didSpeak);
    };
    const stop = (): void => cancel(true);
    let timer = setTimeout(() => cancel(false), START_MS);
    utterance.addEventListener("start", () => {
      clearTimeout(timer);
      timer = setTimeout(() => cancel(true), (START_MS + MS_PER_LETTER * text.length) / manner.rate);
    });
    utterance.addEventListener("end", () => end(true));
    utterance.addEventListener("error", () => end(signal.aborted));
    signal.addEventListener("abort", stop);
    speechSynthesis.speak(utterance);
  });
}

function voiceOf(language: Language): SpeechSynthesisVoice | undefined {
  if (typeof speechSynthesis === "undefined") return undefined;
  return speechSynthesis.getVoices().find((voice) => voice.localService && languageOf(voice.lang) === language);
}
