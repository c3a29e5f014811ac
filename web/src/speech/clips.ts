/** The recorded clips: which texts have one, and where it is. A clip is named by its text: another text is another clip. */

import { LANGUAGES, type Language } from "../language/language";
import type { Utterance } from "../language/phrase";
import { NAMES_OF, namesIn, PHRASES, piecesOf, valueOf } from "../language/spoken";

export interface Clip {
  readonly language: Language;
  readonly text: string;
  /** Below the folder of the page. */
  readonly path: string;
}

/** Between two clips where the text has a stop. */
export const PAUSE = null;

const STOP = /^[\s.,?!:]+$/;

/** The texts that are said for an utterance, one after the other, and the pauses between them. */
export function textsOf(language: Language, [phrase, values]: Utterance): (string | typeof PAUSE)[] {
  return piecesOf(language, phrase).flatMap((piece, at) => {
    if (at % 2) return namesIn(language, piece, valueOf(values, piece));
    return piece.trim() === "" ? [] : [STOP.test(piece) ? PAUSE : tidy(piece)];
  });
}

export function pathOf(language: Language, text: string): string {
  return `clips/${language}/${nameOf(text)}.mp3`;
}

/** Every clip of a language, names of numbers first. */
export function clipsOf(language: Language): Clip[] {
  const names = Object.values(NAMES_OF[language]).flat();
  const phrases = PHRASES.flatMap((phrase) => piecesOf(language, phrase).filter((_, at) => at % 2 === 0));
  const texts = [...names, ...phrases.map(tidy)].filter((text) => text !== "" && !STOP.test(text));
  return [...new Set(texts)].map((text) => ({ language, text, path: pathOf(language, text) }));
}

export function everyClip(): Clip[] {
  return LANGUAGES.flatMap(clipsOf);
}

/** A piece of a phrase without the spaces around it, and without the stop of what went before. */
function tidy(piece: string): string {
  return piece.replace(/^[\s.,?!:]+(?=\S)/, "").trim();
}

/** FNV-1a, 32 bits, in hex: not against ill will, only to tell texts apart; a test holds that no two of ours are alike. */
function nameOf(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash.toString(16).padStart(8, "0");
}
