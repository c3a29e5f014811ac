/** Languages: which there are, which one a visitor gets, and how the document is told. Knows no words. */

import { recall, remember } from "../memory";

export const LANGUAGES = ["ko", "en"] as const;

export type Language = (typeof LANGUAGES)[number];

/** What each language calls itself. */
export const NAMES: Readonly<Record<Language, string>> = { ko: "한국어", en: "English" };

const PARAMETER = "lang";
/** Of someone whose languages are all others. */
const FOREIGN: Language = "en";

/** The language that a tag such as `ko-KR` names; null for any other. Konkani, which is `kok`, is not Korean. */
export function languageOf(tag: string | null | undefined): Language | null {
  const head = tag?.toLowerCase().split(/[-_]/)[0];
  return LANGUAGES.find((language) => language === head) ?? null;
}

/** By the address, else by what was chosen before, else by the first language of the browser that there is. */
export function choose(search: string, remembered: string | null, preferred: readonly string[]): Language {
  const wishes = [new URLSearchParams(search).get(PARAMETER), remembered, ...preferred];
  return wishes.reduce<Language | null>((found, wish) => found ?? languageOf(wish), null) ?? FOREIGN;
}

/** The language in which the page is to open. */
export function openingLanguage(): Language {
  return choose(location.search, recall("language"), navigator.languages ?? []);
}

/** Keep a choice for the next visit. An address that names a language must not undo it when the page is loaded again. */
export function keep(language: Language): void {
  remember("language", language);
  const address = new URL(location.href);
  if (!address.searchParams.has(PARAMETER)) return;
  address.searchParams.set(PARAMETER, language);
  history.replaceState(history.state, "", address);
}

/** Tell the document, and so screen readers and the browser's tab, what language it is in and what it is. */
export function tellDocument({ language, title, description }: { language: Language; title: string; description: string }): void {
  document.documentElement.lang = language;
  document.title = title;
  document.querySelector('meta[name="description"]')?.setAttribute("content", description);
}
