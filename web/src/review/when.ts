/** How models and times are written. */

import type { ReviewWords } from "../language/review";

/** So much of a sha-256 tells models apart. */
export function short(sha: string): string {
  return sha.slice(0, 12);
}

/** A time as people of that language write it, in their own zone. */
export function timeOf(time: string, words: ReviewWords): string {
  return new Intl.DateTimeFormat(words.language, { dateStyle: "medium", timeStyle: "short" }).format(new Date(time));
}
