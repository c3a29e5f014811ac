/** The way to the loudspeaker, which browsers open at a gesture only. It may never open: then all that wants it keeps still. */

import { pause } from "../waiting";

/** Longer than this no device takes to start. */
const START_MS = 1_000;
const GESTURES = ["pointerdown", "pointerup", "keydown", "click"] as const;

export class Sound {
  #context: AudioContext | null = null;

  /** Open the way. Call it in a gesture; returns the context, or null where there is none to be had. */
  unlock(): AudioContext | null {
    try {
      this.#context ??= new AudioContext();
      // On some phones it sleeps after a call or in the background, too.
      if (this.#context.state !== "running") this.#context.resume().catch(() => undefined);
    } catch {
      return null; // no Web Audio, or too many contexts
    }
    return this.#context;
  }

  /** The context once it runs; null where it does not within a second. */
  async running(): Promise<AudioContext | null> {
    const context = this.unlock();
    if (!context) return null;
    if (context.state !== "running") await Promise.race([context.resume().catch(() => undefined), pause(START_MS)]);
    return context.state === "running" ? context : null;
  }
}

/** Unlock at each gesture until one has done it; returns what ends that. */
export function unlockOnGesture(sound: Sound, target: Document = document): () => void {
  const end = (): void => GESTURES.forEach((name) => target.removeEventListener(name, unlock, true));
  const unlock = (): void => {
    if (sound.unlock()?.state === "running") end();
  };
  for (const name of GESTURES) target.addEventListener(name, unlock, true);
  return end;
}
