/** Every string that the operators' page shows, in each language. */

import type { Language } from "./language";
import { reviewEn, type ReviewWords } from "./review.en";
import { reviewKo } from "./review.ko";

export type { ReviewWords };

const TABLES: Readonly<Record<Language, ReviewWords>> = { ko: reviewKo, en: reviewEn };

export function reviewWordsOf(language: Language): ReviewWords {
  return TABLES[language];
}
