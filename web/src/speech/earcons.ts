/**
 * Short sounds and buzzes that tell how far one is, never what was drawn: they know places, not digits. Where there is no
 * sound device or nothing that buzzes they are silent.
 */

import type { Sound } from "./sound";

interface Tone {
  /** In hertz. */
  readonly pitch: number;
  /** In seconds, from the start of the earcon. */
  readonly at: number;
  readonly length: number;
}

/** By place: do, re, mi, sol, and on. Beyond the last, the last. */
const PITCHES = [523, 587, 659, 784, 880, 988, 1_047, 1_175, 1_319, 1_568, 1_760, 1_976];
const BEEP_S = 0.07;
const STEP_S = 0.13;
/** More beeps than this nobody counts: from here on the pitch alone tells. */
const BEEPS_MAX = 4;
const LOUDNESS = 0.25;

export class Earcons {
  /** 0 to 1. */
  volume = 1;

  constructor(private readonly sound: Sound) {}

  /** The pen has touched. */
  penDown(): void {
    this.#play([{ pitch: 1_200, at: 0, length: 0.015 }]);
  }

  /** Place 1, 2 ... is filled: as many beeps, each place higher than the last. */
  accepted(place: number): void {
    this.#play(beeps(place));
    vibrate(buzzes(place));
  }

  /** Place 1, 2 ... is to be drawn again: two low tones. */
  again(): void {
    this.#play([
      { pitch: 220, at: 0, length: 0.12 },
      { pitch: 175, at: 0.16, length: 0.18 },
    ]);
    vibrate([120, 80, 120]);
  }

  /** A place was taken back: a step down. */
  redone(): void {
    this.#play([
      { pitch: 523, at: 0, length: 0.08 },
      { pitch: 392, at: 0.1, length: 0.1 },
    ]);
    vibrate([60]);
  }

  /** Time runs out, or all is about to be cleared. */
  warning(): void {
    this.#play([0, 0.25, 0.5].map((at) => ({ pitch: 330, at, length: 0.12 })));
    vibrate([200, 100, 200]);
  }

  /** All is entered: a chord. */
  done(): void {
    this.#play([523, 659, 784].map((pitch) => ({ pitch, at: 0, length: 0.4 })));
    vibrate([300]);
  }

  #play(tones: readonly Tone[]): void {
    try {
      const context = this.sound.unlock();
      if (context?.state !== "running") return;
      for (const tone of tones) playTone(context, tone, LOUDNESS * this.volume);
    } catch {
      // a device that went away in between: whoever cannot hear it can feel it, and read it
    }
  }
}

export function beeps(place: number): Tone[] {
  const pitch = PITCHES[Math.min(place, PITCHES.length) - 1] ?? 523;
  return Array.from({ length: Math.min(place, BEEPS_MAX) }, (_, count) => ({ pitch, at: STEP_S * count, length: BEEP_S }));
}

/** In ms, buzz and pause by turns. */
export function buzzes(place: number): number[] {
  return Array.from({ length: 2 * Math.min(place, BEEPS_MAX) - 1 }, (_, count) => (count % 2 ? 70 : 30));
}

/** Returns whether something buzzes, as far as the browser knows. */
export function vibrate(pattern: readonly number[]): boolean {
  try {
    return navigator.vibrate?.([...pattern]) ?? false;
  } catch {
    return false;
  }
}

function playTone(context: AudioContext, { pitch, at, length }: Tone, loudness: number): void {
  const [tone, gain, start] = [context.createOscillator(), context.createGain(), context.currentTime + at];
  tone.frequency.value = pitch;
  gain.gain.setValueAtTime(0, start); // rises and falls within 5 ms: a tone that is cut off clicks
  gain.gain.linearRampToValueAtTime(loudness, start + 0.005);
  gain.gain.setValueAtTime(loudness, start + length - 0.005);
  gain.gain.linearRampToValueAtTime(0, start + length);
  tone.connect(gain).connect(context.destination);
  tone.start(start);
  tone.stop(start + length);
}
