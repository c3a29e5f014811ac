/**
 * What the PIN page asks where its operator lets digits be kept, in each language. Whoever changes what is promised raises
 * PIN_CONSENT in src/sutja/service/gifts.py.
 */

import type { Language } from "./language";

const en = {
  question: "Give one digit",
  note: (place: number): string =>
    `If you tick this, the digit at place ${place} alone is kept to learn from once you confirm: a small picture of it, without name or time, mixed with those of others, for 30 days. Nothing then tells whose it is, so that it can’t be deleted before.`,
};

export type PinGivingWords = typeof en;

const ko: PinGivingWords = {
  question: "숫자 하나 보태기",
  note: (place: number): string =>
    `표시하시면, 확인한 뒤 ${place}번째 숫자 하나만 배우는 데 쓰도록 보관합니다. 이름과 시각 없이 작은 그림으로, 다른 분들의 것과 섞어서, 30일 동안입니다. 누구의 것인지 알 수 없게 되므로 그 전에 삭제할 수 없습니다.`,
};

const TABLES: Readonly<Record<Language, PinGivingWords>> = { ko, en };

export function pinGivingWordsOf(language: Language): PinGivingWords {
  return TABLES[language];
}
