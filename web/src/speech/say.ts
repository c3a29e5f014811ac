/**
 * One way to say something, by one channel at a time: recorded clips, else a voice of the device, else the live region; or for
 * those with a screen reader the live region alone. Nothing here ever fails: what cannot be heard can be read.
 */

import type { Language } from "../language/language";
import type { Phrase, Said, Utterance } from "../language/phrase";
import { written } from "../language/spoken";
import { pause } from "../waiting";
import { clipsOf, pathOf, textsOf } from "./clips";
import { type Manner, Player } from "./player";
import type { SpeechSettings } from "./settings";
import type { Sound } from "./sound";
import { speak } from "./voice";

/** By what it was said. `stopped`: something else came first. `off`: nothing was to be said. */
export type Channel = "clips" | "voice" | "live" | "off" | "stopped";

export interface SpeechParts {
  readonly sound: Sound;
  /** Where the page is: clips are found below it. */
  readonly base: string;
  /** Shows a text in the live region, in the language that it is in; "" empties it. */
  readonly live: (text: string, language: Language) => void;
  readonly language: Language;
  readonly settings: SpeechSettings;
}

/** A screen reader speaks about so fast; until then nothing else is put into the live region. */
const LIVE_MS = { least: 300, perLetter: 40 };

export class Speech {
  readonly #player: Player;
  readonly #parts: SpeechParts;
  readonly #loaded = new Set<Language>();
  #turns: Promise<Channel> = Promise.resolve("off");
  #stop = new AbortController();
  language: Language;
  settings: SpeechSettings;
  readonly sound: Sound;

  constructor(parts: SpeechParts) {
    this.sound = parts.sound;
    this.#parts = parts;
    this.#player = new Player(parts.sound, parts.base);
    this.language = parts.language;
    this.settings = parts.settings;
  }

  /** Fetch all clips of the language, at once and whatever will be said: call it in a gesture, before anything secret is said. */
  async load(language: Language = this.language): Promise<void> {
    if (this.settings.listener !== "ears") return;
    this.#loaded.add(language);
    const isWhole = await this.#player.load(clipsOf(language).map(({ path }) => path));
    if (!isWhole) this.#loaded.delete(language); // what is said next has them tried again
  }

  /** Say a phrase now, in place of whatever is being said. Resolves when it has been. */
  say<P extends Phrase>(...said: Said<P>): Promise<Channel> {
    return this.tell([said as unknown as Utterance]);
  }

  /** Say several things now, one after the other. Resolves with the channel of the last. */
  tell(utterances: readonly Utterance[], language: Language = this.language): Promise<Channel> {
    this.stop();
    return this.add(utterances, language);
  }

  /** Say more after all that is being said. */
  add(utterances: readonly Utterance[], language: Language = this.language): Promise<Channel> {
    const { signal } = this.#stop;
    const turn = this.#turns.then(async (before) => {
      let channel = before;
      for (const utterance of utterances) channel = await this.#utter(utterance, language, signal);
      return channel;
    });
    this.#turns = turn;
    return turn;
  }

  /** Be silent at once, and forget what was still to be said. */
  stop(): void {
    this.#stop.abort();
    this.#stop = new AbortController();
    this.#turns = Promise.resolve("off");
    this.#parts.live("", this.language);
  }

  async #utter(utterance: Utterance, language: Language, signal: AbortSignal): Promise<Channel> {
    const { listener } = this.settings;
    if (signal.aborted) return "stopped";
    const channel = listener === "ears" ? await this.#sound(utterance, language, this.settings, signal) : null;
    if (signal.aborted) return "stopped";
    return channel ?? this.#show(written(language, utterance), language, signal);
  }

  /** Null where nothing sounds. */
  async #sound(utterance: Utterance, language: Language, manner: Manner, signal: AbortSignal): Promise<Channel | null> {
    if (!this.#loaded.has(language)) void this.load(language);
    const paths = textsOf(language, utterance).map((text) => (text === null ? null : pathOf(language, text)));
    if (await this.#player.play(paths, manner, signal)) return "clips";
    return (await speak(written(language, utterance), language, manner, signal)) ? "voice" : null;
  }

  async #show(text: string, language: Language, signal: AbortSignal): Promise<Channel> {
    this.#parts.live(text, language);
    await pause(LIVE_MS.least + LIVE_MS.perLetter * text.length);
    return signal.aborted ? "stopped" : "live";
  }
}

/** Writes into a live region so that a screen reader says it, even where it said the same before, and in a voice of its language. */
export function liveIn(region: HTMLElement): (text: string, language: Language) => void {
  return (text, language) => {
    region.textContent = "";
    region.lang = language;
    if (text) requestAnimationFrame(() => (region.textContent = text));
  };
}
