/** Every string that the page shows or says. A second language is one more table of the same type. */

import type { Hint } from "./client";

export const en = {
  locale: "en",
  title: "sutja: draw a digit",
  name: "sutja",
  nameInKorean: "숫자",
  tagline: "Draw a digit. See what was read.",
  pad: "Pad to draw on",
  padHolds: (strokes: number): string => `Pad to draw on. It holds ${strokes} ${strokes === 1 ? "stroke" : "strokes"}.`,
  invitation: "Draw a digit here",
  tools: "Tools of the pad",
  undo: "Undo",
  clear: "Clear",
  read: "Read",
  penWidth: "Pen",
  penWidthNote: "For looks only: what is read is the pen’s path.",
  keys: [
    ["Enter", "read"],
    ["Backspace", "undo"],
    ["Esc", "clear"],
  ] as readonly (readonly [string, string])[],
  result: "Reading",
  waiting: "Nothing drawn yet",
  waitingNote: "Use mouse, finger or pen. One digit or several, any size, anywhere on the paper: it is read while you draw.",
  reading: "Reading…",
  held: "Waiting for the reader",
  isDigit: (digit: number): string => `This is ${withArticle(digit)}`,
  isEither: (digits: readonly number[]): string => `${digits.join(" or ")}?`,
  isUnsure: (digit: number): string => `Perhaps ${withArticle(digit)}`,
  notSure: "It could be either. Draw it once more, a little clearer.",
  perhapsNone: "It may be no digit at all. Draw it once more, a little clearer.",
  notADigit: "That doesn’t look like a digit",
  notADigitNote: "Draw one digit, 0–9, or several side by side.",
  empty: "No ink to read",
  certainty: (share: string): string => `${share} sure`,
  or: "or",
  orElse: (digit?: number): string => (digit === undefined ? "?" : `or ${digit}?`),
  unsure: "unsure",
  hints: {
    dot: "All of the ink is one spot.",
    small: "It is drawn very small. Larger is read better.",
    edge: "Ink touches the edge. A part may be missing.",
    faint: "The ink is very faint.",
    thin: "The strokes are hair lines.",
    two_shapes: "These may be several digits.",
  } satisfies Record<Hint, string> as Readonly<Record<string, string>>, // a newer server may know more codes
  isNumber: (digits: string): string => `This is ${digits}`,
  isDoubtful: (digits: string): string => `${digits}?`,
  howMany: (count: number): string => `${capital(counted(count))} digits.`,
  unsureAt: (place: number, digits: readonly number[]): string => `The ${ordinal(place)} is unsure${digits.length > 1 ? `: ${digits.join(" or ")}` : ""}.`,
  unsureMany: (count: number): string => `${capital(counted(count))} of them are unsure.`,
  marks: (count: number): string => (count === 1 ? "One mark is no digit." : `${capital(counted(count))} marks are no digits.`),
  probabilities: "Probability of each digit",
  confidences: "How sure each digit is",
  noDigit: "No digit",
  chart: (digit: string, share: string): string => `Bar chart of ten probabilities. The highest is ${digit} with ${share}.`,
  chartOfNumber: (digits: string): string => `Bar chart: how sure each digit of ${digits} is.`,
  chartEmpty: "Bar chart of ten probabilities, all empty.",
  table: "As a table",
  digit: "Digit",
  probability: "Probability",
  likeliest: "likeliest",
  unknown: "–",
  glyph: "What the model saw",
  glyphNote: "Your strokes, scaled and centred on 28 × 28 pixels",
  glyphEmpty: "28 × 28 pixels, once there is ink",
  glyphOfNumber: "All of your strokes at first, then each digit by itself",
  gone: "The reader is out of reach.",
  goneNote: "Your drawing is safe. It will be read as soon as the server answers again.",
  tooMuch: "Too many strokes",
  tooMuchNote: "Digits need few. Undo some, or clear the pad.",
  refused: "Could not be read",
  refusedNote: "The server did not take this drawing. Clear the pad and try again.",
  privacy: "Strokes are sent to this server to be read, and are not kept.",
};

export type Words = typeof en;

const COUNTS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];

function counted(count: number): string {
  return COUNTS[count] ?? String(count);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The word for a place, counted from 0. */
function ordinal(place: number): string {
  return ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"][place] ?? `digit at place ${place + 1}`;
}

function withArticle(digit: number): string {
  return `${digit === 8 ? "an" : "a"} ${digit}`;
}

/** A share of 1 in percent, never rounded up to certainty nor down to nothing. `decimals` are the places after the point. */
export function percent(share: number, locale: string, decimals = 1): string {
  const format = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: decimals });
  const least = 10 ** -(decimals + 2);
  if (share > 1 - least) return `>${format.format(1 - least)}`;
  if (share > 0 && share < least) return `<${format.format(least)}`;
  return format.format(share);
}
