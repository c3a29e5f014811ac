import { describe, expect, it } from "vitest";
import { percent } from "../src/words";

const VIEWS = import.meta.glob<string>("../src/*.tsx", { query: "?raw", import: "default", eager: true });

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

describe("the table of words", () => {
  it.each(Object.entries(VIEWS))("holds every string that %s shows", (_, source) => {
    const shown = [...source.matchAll(/(?<!=)>([^<>{}=;()]*[\p{L}]{2}[^<>{}=;()]*)<\//gu), ...source.matchAll(/(?:aria-label|alt|title)="([^"]+)"/g)];
    expect(shown.map((match) => match[1])).toEqual([]);
  });
});
