/** What sutja says, in each language: how a phrase is shown, and into which texts it falls when it is said. Knows nothing of sound. */

import type { Language } from "./language";
import type { Phrase, Utterance } from "./phrase";
import { en, names as namesInEnglish } from "./spoken.en";
import { ko, names as namesInKorean } from "./spoken.ko";

interface Names {
  readonly digits: readonly string[];
  readonly row: readonly string[];
  readonly places: readonly string[];
  readonly counts: readonly string[];
  readonly numbers: readonly string[];
  readonly tens: readonly string[];
}

const TABLES: Readonly<Record<Language, Readonly<Record<Phrase, string>>>> = { ko, en };
export const NAMES_OF: Readonly<Record<Language, Names>> = { ko: namesInKorean, en: namesInEnglish };
export const PHRASES = Object.keys(en) as Phrase[];

const SLOT = /\{(\w+)\}/;

/** The texts between the slots of a phrase and, at odd places, the names of the slots. */
export function piecesOf(language: Language, phrase: Phrase): string[] {
  return TABLES[language][phrase].split(SLOT);
}

/** A phrase as it is shown: digits and shares in figures, places and counts in words. */
export function written(language: Language, [phrase, values]: Utterance): string {
  const text = piecesOf(language, phrase)
    .map((piece, at) => (at % 2 ? shown(language, piece, valueOf(values, piece)) : piece))
    .join("");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** What is said for a slot: the names of its digits or of its number, one after the other. */
export function namesIn(language: Language, slot: string, value: number | string): string[] {
  const names = NAMES_OF[language];
  if (slot === "digits") return [...String(value)].map((digit) => names.row[Number(digit)] ?? digit);
  const number = Number(value);
  const table = { digit: names.digits, other: names.digits, place: names.places, count: names.counts, entered: names.counts }[slot];
  return table ? [table[number] || String(number)] : namesOfNumber(number, names);
}

export function valueOf(values: object | undefined, slot: string): number | string {
  return (values as Readonly<Record<string, number | string>> | undefined)?.[slot] ?? "";
}

/** 0 to 199: "ninety", "eight". */
function namesOfNumber(number: number, names: Names): string[] {
  const { numbers, tens } = names;
  if (number > 100 && number < 200) return [tens[10] ?? "", ...namesOfNumber(number - 100, names)];
  const [ten, one] = [tens[Math.floor(number / 10)], number % 10];
  if (number <= 20 || !ten) return [numbers[number] ?? String(number)];
  return one === 0 ? [ten] : [ten, numbers[one] ?? ""];
}

function shown(language: Language, slot: string, value: number | string): string {
  const isInWords = slot === "place" || slot === "count" || slot === "entered";
  return isInWords ? namesIn(language, slot, value).join(" ").toLowerCase() : String(value);
}
