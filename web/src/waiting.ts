/** How to wait: for a while, or for longer and longer from one attempt to the next. */

/** The first pause after an attempt that failed, and the longest; each is twice as long as the one before. */
export const BACKOFF_MS = { first: 500, longest: 4_000 };

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** The pauses between attempts, in ms, without an end. */
export function* backoffs(): Generator<number, never> {
  for (let ms = BACKOFF_MS.first; ; ms = Math.min(2 * ms, BACKOFF_MS.longest)) yield ms;
}
