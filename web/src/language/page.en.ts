/** The words of the drawing page in English. */

import type { Hint } from "../client";
import type { Language } from "./language";

/** The statuses of problems for which there are words. */
export type ProblemStatus = 400 | 404 | 405 | 408 | 413 | 415 | 422 | 429 | 500;

export const en = {
  language: "en" as Language,
  title: "sutja: draw a digit",
  description: "Draw a digit and see at once what was read, and how sure the reader is.",
  languages: "Language",
  speak: "Speak",
  speakNote: "Reads aloud what was read, once it has settled.",
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
    ["?", "all"],
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
    small: "It is drawn very small.",
    edge: "Ink touches the edge.",
    faint: "The ink is very faint.",
    thin: "The strokes are hair lines.",
    two_shapes: "These may be several digits.",
  } satisfies Record<Hint, string> as Readonly<Record<string, string>>, // a newer server may know more codes
  /** What to do about each hint. */
  advice: {
    dot: "Draw the digit in lines.",
    small: "Larger is read better.",
    edge: "A part may be missing: leave some room around it.",
    faint: "Take a darker pen, or more light.",
    thin: "Take a thicker pen, or come closer.",
    two_shapes: "Leave a gap between digits, and none within one.",
  } satisfies Record<Hint, string> as Readonly<Record<string, string>>,
  why: {
    clear: "No other digit comes near.",
    next: (digit: number, share: string): string => `Next comes ${digit} with ${share}.`,
    both: (digit: number, share: string, other: number, otherShare: string): string =>
      `It has something of both: of ${digit} (${share}) and of ${other} (${otherShare}).`,
    bothHint: "Draw the part in which they differ larger.",
    /** What tells two digits apart, smaller one first. */
    pairs: {
      "04": "A 0 is one closed curve; a 4 has corners.",
      "06": "A 0 closes at the top; a 6 has a tail up there.",
      "08": "An 8 crosses itself in the middle; a 0 does not.",
      "09": "A 9 has a stem below its loop; a 0 has none.",
      "12": "Give the 2 a round head and a flat foot.",
      "14": "Give the 4 a wide bar; draw the 1 as one line.",
      "17": "Give the 7 a long bar at the top; the 1 only a short flag, or none.",
      "23": "The 2 ends in a flat foot, the 3 in a second bow.",
      "27": "The 2 has a foot at the bottom, the 7 has none.",
      "35": "The 5 begins with a corner, the 3 with a bow.",
      "38": "Close both loops of the 8; leave the 3 open on the left.",
      "46": "Close the loop of the 6; let the stem of the 4 cross its bar.",
      "49": "Close the loop of the 9; leave the 4 open at the top.",
      "56": "Close the loop of the 6; leave the 5 open on the left.",
      "58": "Close both loops of the 8; give the 5 a bar at the top.",
      "59": "Close the loop of the 9; give the 5 a bar and a corner.",
      "68": "Give the 8 a loop at the top, the 6 only a tail.",
      "79": "Close the loop of the 9; give the 7 a straight bar.",
      "89": "Give the 8 a second loop below, the 9 a straight stem.",
    } as Readonly<Record<string, string>>,
    none: (share: string): string => `It is like no digit that the model knows (${share}).`,
    noneHint: "Letters, signs and scribbles are turned away. Close what is to be closed, and cross nothing out.",
    perhapsNone: (share: string): string => `It may be none: ${share} speak for that.`,
    perhapsNoneHint: "Draw it larger, in its usual shape.",
    apart: "The marks stand apart, so each was read by itself.",
    apartHint: "Leave a gap between digits, and draw the unsure ones more clearly.",
  },
  isNumber: (digits: string): string => `This is ${digits}`,
  isDoubtful: (digits: string): string => `${digits}?`,
  howMany: (count: number): string => `${capital(counted(count))} ${count === 1 ? "digit" : "digits"}.`,
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
  explain: {
    button: "Which ink decided?",
    buttonNote: "Shows by colour and light which ink the reading hangs on. The drawing is read some hundred times for it.",
    asked: "Covering one patch after the other…",
    failed: "Could not be found out. Try again.",
    unexplained: "Only one digit can be explained at a time.",
    decided: "Bright orange ink decided.",
    against: "Blue ink spoke against it.",
    /** `what` was read; with a place covered its share falls. */
    where: (where: string, digit: number | null, share: string, least: string): string =>
      `Most of all ${where}: with a patch covered there, ${digit ?? "“no digit”"} falls from ${share} to ${least}.`,
    nowhere: (digit: number | null): string => `No one place: with any patch covered it still is ${digit ?? "no digit"}.`,
    /** By thirds of the ink: rows from the top, columns from the left. */
    places: [
      ["at the top left", "at the top", "at the top right"],
      ["on the left", "in the middle", "on the right"],
      ["at the bottom left", "at the bottom", "at the bottom right"],
    ] as readonly (readonly string[])[],
    map: "Map of the ink that decided",
  },
  upload: {
    title: "Pictures",
    choose: "Photo or file",
    camera: "Camera",
    back: "Back to the pad",
    note: "Or drop or paste a picture. It is sent to this server to be read, and is not kept.",
    drop: "Drop it here",
    holds: (marks: number): string => (marks === 0 ? "Your picture." : `Your picture, with a frame around ${counted(marks)} ${marks === 1 ? "mark" : "marks"}.`),
    noDigit: "No digit found in the picture",
    noDigitNote: "Take the digits alone, large and in good light, on plain paper.",
    refusedNote: "The server did not take this picture. Try another.",
    problems: {
      400: "The picture did not arrive whole. Try again.",
      413: "The picture is too large. Take a smaller one, or cut it.",
      415: "This is no picture. Take a PNG, JPEG or WebP file.",
      422: "This picture cannot be opened. Take a PNG, JPEG or WebP file.",
    } as Readonly<Record<number, string>>,
    gone: "The picture will be read as soon as the server answers again.",
  },
  history: {
    title: (count: number): string => (count === 0 ? "History" : `History (${count})`),
    note: "Kept on this device only, by this browser. Of drawings the pen’s path, of pictures nothing but what was read.",
    noteForbidden: "This browser keeps nothing: the history ends with the page.",
    empty: "Nothing yet. What is read is listed here, and kept on this device only.",
    tools: "All of the history",
    asTable: "Save as CSV",
    asJson: "Save as JSON",
    removeAll: "Delete all",
    remove: (what: string, time: string): string => `Delete ${what}, ${time}`,
    deleted: (count: number): string => (count === 1 ? "One reading deleted." : `${count} readings deleted.`),
    restore: "Undo the deletion",
    more: (count: number): string => `Show ${count} older`,
    noDigit: "no digit",
    picture: "picture",
  },
  settings: {
    title: "Settings",
    shortcuts: "Keyboard shortcuts",
    history: "Keep a history on this device",
  },
  shortcuts: {
    title: "Keyboard shortcuts",
    open: "List of shortcuts",
    close: "Close",
    off: "They are switched off in the settings.",
    list: [
      ["Enter", "read again"],
      ["Backspace", "take back a stroke"],
      ["Esc", "clear the pad, or put the picture away"],
      ["P", "choose a picture"],
      ["E", "show which ink decided"],
      ["S", "switch reading aloud"],
      ["H", "open the history"],
      ["?", "this list"],
    ] as readonly (readonly [string, string])[],
  },
  glyph: "What the model saw",
  glyphNote: "Your strokes, scaled and centred on 28 × 28 pixels",
  glyphEmpty: "28 × 28 pixels, once there is ink",
  glyphOfPicture: "Each mark of the picture by itself, on 28 × 28 pixels",
  glyphOfNumber: "All of your strokes at first, then each digit by itself",
  gone: "The reader is out of reach.",
  goneNote: "Your drawing is safe. It will be read as soon as the server answers again.",
  tooMuch: "Too many strokes",
  tooMuchNote: "Digits need few. Undo some, or clear the pad.",
  refused: "Could not be read",
  refusedNote: "The server did not take this drawing. Clear the pad and try again.",
  /** By the status of a problem that the server tells of. */
  problems: {
    400: "The drawing did not arrive whole. Try again.",
    404: "This server does not read drawings. Ask whoever runs it.",
    405: "This server does not read drawings. Ask whoever runs it.",
    408: "Sending took too long. Try again.",
    413: "The drawing is too large. Undo some strokes, or clear the pad.",
    415: "The server does not know this kind of file.",
    422: "The server can’t make sense of this drawing. Clear the pad and try again.",
    429: "Too many drawings at once. Wait a moment, then try again.",
    500: "The server made a mistake. Try again.",
  } satisfies Record<ProblemStatus, string> as Readonly<Record<number, string>>, // another server may answer with others
  serverSays: (detail: string): string => `The server says: ${detail}`,
  privacy: "Strokes are sent to this server to be read, and are kept only if you give them.",
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
