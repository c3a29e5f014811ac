/** Every string that the drawing page shows, in each language. A table that lacks a word, or has one too many, is no `Words`. */

import type { Language } from "./language";
import { en, type Words } from "./page.en";
import { ko } from "./page.ko";

export type { Words };

const TABLES: Readonly<Record<Language, Words>> = { ko, en };

export function wordsOf(language: Language): Words {
  return TABLES[language];
}
