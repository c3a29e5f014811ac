/** How sutja speaks to someone. A page cannot know of a screen reader: whoever uses one says so once, and it is remembered. */

import { recall, remember } from "../memory";

/**
 * `ears`: sutja speaks itself. `reader`: a screen reader does, from the live region. Never both at once.
 */
export type Listener = "ears" | "reader";

export interface SpeechSettings {
  readonly listener: Listener;
  /** 0 to 1. */
  readonly volume: number;
  /** 1 as recorded. */
  readonly rate: number;
}

export const VOLUME = { least: 0.1, usual: 1, most: 1, step: 0.1 };
/** A faster clip is a higher one: beyond these it is hard to understand. */
export const RATE = { least: 0.7, usual: 1, most: 1.5, step: 0.1 };

export function recallSpeech(usual: Listener = "ears"): SpeechSettings {
  const listener = recall("listener");
  return {
    listener: listener === "ears" || listener === "reader" ? listener : usual,
    volume: within(recall("volume"), VOLUME),
    rate: within(recall("rate"), RATE),
  };
}

/** Returns whether it will be remembered. */
export function rememberSpeech({ listener, volume, rate }: SpeechSettings): boolean {
  return [remember("listener", listener), remember("volume", String(volume)), remember("rate", String(rate))].every(Boolean);
}

function within(text: string | null, { least, usual, most }: { least: number; usual: number; most: number }): number {
  const value = Number(text || NaN);
  return Number.isFinite(value) ? Math.min(Math.max(value, least), most) : usual;
}
