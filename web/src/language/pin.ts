/** Every string that the PIN page shows, in each language. */

import type { Language } from "./language";
import { pinEn, type PinWords } from "./pin.en";
import { pinKo } from "./pin.ko";

export type { PinWords };

const TABLES: Readonly<Record<Language, PinWords>> = { ko: pinKo, en: pinEn };

export function pinWordsOf(language: Language): PinWords {
  return TABLES[language];
}
