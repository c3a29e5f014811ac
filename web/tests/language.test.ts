import { afterEach, describe, expect, it, vi } from "vitest";
import { choose, languageOf } from "../src/language/language";
import { wordsOf } from "../src/language/page";
import { pinWordsOf } from "../src/language/pin";
import { percent } from "../src/language/percent";
import { translated } from "../src/language/phrase";
import { PHRASES, piecesOf, written } from "../src/language/spoken";
import { ko } from "../src/language/spoken.ko";
import { recall, remember } from "../src/memory";

const VIEWS = import.meta.glob<string>(["../src/*.tsx", "../src/*/*.tsx"], { query: "?raw", import: "default", eager: true });

const SOURCES = import.meta.glob<string>(["../src/**/*.{ts,tsx}", "!../src/language/**"], { query: "?raw", import: "default", eager: true });
const PIN_VIEWS = import.meta.glob<string>("../src/pin/*.tsx", { query: "?raw", import: "default", eager: true });

describe("percent", () => {
  it.each([
    [0, 1, "0%"],
    [0.5, 1, "50%"],
    [0.9712, 1, "97.1%"],
    [1, 1, ">99.9%"],
    [0.99961, 1, ">99.9%"],
    [0.0004, 1, "<0.1%"],
    [0.9961, 0, ">99%"],
    [0.004, 0, "<1%"],
  ])("writes %f with %i decimals as %s", (share, decimals, text) => {
    expect(percent(share, "en", decimals)).toBe(text);
  });
});

describe("the language of the page", () => {
  it.each([
    ["?lang=ko", "en", ["en-US"], "ko"],
    ["?lang=KO-kr&x=1", "en", [], "ko"],
    ["", "ko", ["en"], "ko"],
    ["", null, ["fr", "ko-KR", "en"], "ko"],
    ["", null, ["fr"], "en"],
    ["", null, [], "en"],
    ["?lang=xx", "ko", ["en"], "ko"],
    ["?lang=", null, ["ko"], "ko"],
    ["?lang=%00%ff", "xx", ["en_GB"], "en"],
    ["?lang=xx&lang=ko", null, [], "en"],
  ] as const)("is chosen by the address %j, then memory %j, then the browser %j: %s", (search, remembered, preferred, language) => {
    expect(choose(search, remembered, preferred)).toBe(language);
  });

  it.each([["kok", null], ["kok-IN", null], ["ko_KR", "ko"], ["en-us-x-sutja", "en"], ["", null], [null, null]])("reads the tag %j as %j", (tag, language) => {
    expect(languageOf(tag)).toBe(language);
  });
});

const forbid = (): never => {
  throw new DOMException("The operation is insecure.", "SecurityError");
};

describe("memory", () => {
  afterEach(() => void vi.unstubAllGlobals());

  it("forgets without a word where the browser forbids it", () => {
    vi.stubGlobal("localStorage", { getItem: forbid, setItem: forbid });
    expect(recall("language")).toBeNull();
    expect(remember("language", "ko")).toBe(false);
  });

  it("forgets where there is none at all", () => {
    vi.stubGlobal("localStorage", undefined);
    expect(recall("language")).toBeNull();
    expect(remember("language", "ko")).toBe(false);
  });
});

describe("the tables of words", () => {
  it.each(Object.entries(VIEWS))("hold every string that %s shows", (_, source) => {
    const shown = [...source.matchAll(/(?<!=)>([^<>{}=;()]*[\p{L}]{2}[^<>{}=;()]*)<\//gu), ...source.matchAll(/(?:aria-label|alt|title)="([^"]+)"/g)];
    expect(shown.map((match) => match[1])).toEqual([]);
  });

  it("have the same words in both languages, and Korean ones in Korean", () => {
    const [korean, english] = [wordsOf("ko"), wordsOf("en")];
    expect(Object.keys(korean).toSorted()).toEqual(Object.keys(english).toSorted());
    const same = Object.entries(korean).filter(([name, word]) => typeof word === "string" && word === english[name as keyof typeof english]);
    expect(same.map(([name]) => name)).toEqual(["name", "nameInKorean", "unknown"]);
    expect(Object.keys(korean.hints)).toEqual(Object.keys(english.hints));
    expect(Object.keys(korean.problems)).toEqual(Object.keys(english.problems));
  });
});

describe("the words of the PIN page", () => {
  const pages = Object.values(PIN_VIEWS).join("");

  it("are the same in both languages, Korean ones in Korean, and each is shown somewhere", () => {
    const [korean, english] = [pinWordsOf("ko"), pinWordsOf("en")];
    expect(Object.keys(korean).toSorted()).toEqual(Object.keys(english).toSorted());
    for (const [name, word] of Object.entries(korean)) {
      if (typeof word === "string" && name !== "language") expect(word, name).toMatch(/\p{Script=Hangul}/u);
      if (!["language", "title", "description"].includes(name)) expect(pages, name).toMatch(new RegExp(`words\\.${name}\\b`));
    }
  });
});

const slotsOf = (pieces: string[]): string[] => pieces.filter((_, at) => at % 2).toSorted();

describe("what is said", () => {
  it("is said by somebody: no clip is made for nothing", () => {
    const sources = Object.values(SOURCES).join("");
    expect(PHRASES.filter((phrase) => !phrase.startsWith("hint_") && !sources.includes(`"${phrase}"`))).toEqual([]);
  });

  it.each(PHRASES)("%s is said in both languages, with the same slots", (phrase) => {
    expect(slotsOf(piecesOf("ko", phrase))).toEqual(slotsOf(piecesOf("en", phrase)));
    expect(piecesOf("ko", phrase).join("")).toMatch(/\p{Script=Hangul}|^\w+\.$/u);
  });

  it.each([
    ["en", ["accepted", { place: 1, count: 4 }], "First of four entered."],
    ["ko", ["accepted", { place: 1, count: 4 }], "네 개 중 첫 번째 숫자를 입력했습니다."],
    ["ko", ["accepted_aloud", { digits: "0", place: 2, count: 4 }], "0. 네 개 중 두 번째."],
    ["en", ["read_digit", { digit: 7, share: 98 }], "7. 98 percent sure."],
    ["en", ["draw_again", { place: 13 }], "Not clear enough. Draw the 13 digit again."],
  ] as const)("is written in %s: %j", (language, utterance, text) => {
    expect(written(language, utterance)).toBe(text);
  });

  it("does not compile where a phrase is missing, too much, or of other slots", () => {
    // @ts-expect-error most phrases are missing
    translated({ done: "끝났습니다." });
    translated({ ...ko });
    // @ts-expect-error `done` has no slot
    translated({ ...ko, done: "{digit}" });
    // @ts-expect-error `doubt_at` has the slot `place`
    translated({ ...ko, doubt_at: "{count} 숫자" });
    // @ts-expect-error `doubt_at` has a slot
    translated({ ...ko, doubt_at: "숫자" });
    // @ts-expect-error there is no such phrase
    translated({ ...ko, more: "더" });
  });
});
