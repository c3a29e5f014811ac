/** How long after a stroke a digit is taken to be whole: a setting, in ms. */

import { recall, remember } from "../memory";

export const PAUSE_MS = { least: 600, usual: 900, most: 2_500, step: 100 };

export function recallPause(): number {
  const pause = Number(recall("pin-pause") || NaN);
  return Number.isFinite(pause) ? Math.min(Math.max(pause, PAUSE_MS.least), PAUSE_MS.most) : PAUSE_MS.usual;
}

/** Returns whether it will be remembered. */
export function rememberPause(pause: number): boolean {
  return remember("pin-pause", String(pause));
}
