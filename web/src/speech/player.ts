/**
 * Plays clips one after the other. All clips of a language are fetched together and kept: were they fetched when they are
 * needed, whoever sees the requests would hear the digits. Knows clips by their paths, and nothing of words.
 */

import { pause } from "../waiting";
import type { Sound } from "./sound";

export interface Manner {
  /** 0 to 1. */
  readonly volume: number;
  /** 1 as recorded, 2 twice as fast. */
  readonly rate: number;
}

/** Between two clips, and where the text has a stop. */
const GAP_S = 0.03;
const PAUSE_S = 0.18;
/** Longer than this nobody waits for a clip that is still on its way. */
const PATIENCE_MS = 8_000;
/** A device whose clock stands still this long does not play. */
const STANDSTILL_MS = 700;

export class Player {
  readonly #clips = new Map<string, Promise<AudioBuffer | null>>();

  constructor(
    private readonly sound: Sound,
    /** Where the page is. */
    private readonly base: string,
  ) {}

  /** Fetch clips, in this order. Those that are there stay; those that failed are tried once more, all of them. Returns whether none is missing. */
  async load(paths: readonly string[]): Promise<boolean> {
    const context = this.sound.unlock();
    if (!context) return false;
    for (const path of paths) if (!this.#clips.has(path)) this.#clips.set(path, this.#fetch(path, context));
    const found = await Promise.all(paths.map((path) => this.#clips.get(path)));
    found.forEach((clip, place) => clip ?? this.#clips.delete(paths[place] ?? ""));
    return found.every(Boolean);
  }

  /** Play clips; null is a pause. Returns false where that cannot be: one is missing, or nothing sounds. Ends with `signal`. */
  async play(paths: readonly (string | null)[], { volume, rate }: Manner, signal: AbortSignal): Promise<boolean> {
    const [context, clips] = await Promise.all([this.sound.running(), this.#gather(paths)]);
    if (!context || !clips) return false;
    if (signal.aborted) return true;
    const gain = context.createGain();
    gain.gain.value = volume;
    gain.connect(context.destination);
    const sources: AudioBufferSourceNode[] = [];
    const start = context.currentTime + 0.02;
    let end = start;
    for (const clip of clips) {
      if (clip) sources.push(sourceOf(context, clip, rate, gain, end));
      end += clip ? clip.duration / rate + GAP_S : PAUSE_S;
    }
    const didSound = await this.#until(context, end, signal);
    for (const source of sources) source.stop();
    gain.disconnect();
    return didSound;
  }

  async #gather(paths: readonly (string | null)[]): Promise<(AudioBuffer | null)[] | null> {
    const wanted = paths.map((path) => (path === null ? "pause" : (this.#clips.get(path) ?? null)));
    const clips = await Promise.race([Promise.all(wanted), pause(PATIENCE_MS)]);
    if (!clips?.every((clip) => clip !== null)) return null;
    return clips.map((clip) => (clip === "pause" ? null : clip));
  }

  /** Wait until the clock of the device has come to `end`. False where it stands still. */
  async #until(context: AudioContext, end: number, signal: AbortSignal): Promise<boolean> {
    let [before, stood] = [-1, 0];
    while (!signal.aborted && context.currentTime < end) {
      stood = context.currentTime === before ? stood + TICK_MS : 0;
      if (stood >= STANDSTILL_MS) return false;
      before = context.currentTime;
      await pause(TICK_MS);
    }
    return true;
  }

  async #fetch(path: string, context: AudioContext): Promise<AudioBuffer | null> {
    try {
      const answer = await fetch(new URL(path, this.base));
      return answer.ok ? await context.decodeAudioData(await answer.arrayBuffer()) : null;
    } catch {
      return null; // no network, or no mp3
    }
  }
}

const TICK_MS = 20;

function sourceOf(context: AudioContext, clip: AudioBuffer, rate: number, to: AudioNode, at: number): AudioBufferSourceNode {
  const source = context.createBufferSource();
  source.buffer = clip;
  source.playbackRate.value = rate;
  source.connect(to);
  source.start(at);
  return source;
}
