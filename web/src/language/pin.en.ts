/** The words that the PIN page shows, in English. What it says is in the spoken table. */

import type { Language } from "./language";

export const pinEn = {
  language: "en" as Language,
  title: "sutja: enter a PIN",
  description: "Enter a PIN by drawing its digits, by eye or by ear, or by typing.",
  heading: "Enter your PIN",
  languages: "Language",
  /** Ways to enter. */
  way: "How do you want to enter it?",
  boxes: "In boxes",
  field: "In one wide field",
  eyesFree: "Without looking",
  keypad: "Keypad",
  screenReader: "I use a screen reader",
  noScreenReader: "Let sutja speak",
  practice: "Practice",
  practiceEnd: "End practice",
  begin: "Begin",
  /** What can be done while entering. */
  tools: "What you can do",
  redo: "Redo the last digit",
  startOver: "Start over",
  repeat: "Where am I?",
  confirm: "Confirm",
  help: "Help",
  cancel: "Cancel",
  more: "I need more time",
  speakDigits: "Speak my digits",
  agree: "Yes, speak my digits aloud",
  hideDigits: "Stop speaking my digits",
  /** Where not all fits on the screen. */
  onward: "More ↓",
  /** The pad and the places. */
  padFor: (place: number, count: number): string => `Pad for digit ${place} of ${count}`,
  wholePad: "The whole screen is the pad",
  wideField: (count: number): string => `Field for ${count} digits side by side`,
  placeEmpty: (place: number, count: number): string => `Digit ${place} of ${count}, empty`,
  placeNow: (place: number, count: number): string => `Digit ${place} of ${count}, now`,
  placeEntered: (place: number, count: number): string => `Digit ${place} of ${count}, entered`,
  placeAgain: (place: number, count: number): string => `Digit ${place} of ${count}, to be drawn again`,
  redoPlace: (place: number): string => `Redo digit ${place}`,
  progress: (entered: number, count: number): string => `${entered} of ${count} entered`,
  key: (digit: number): string => String(digit),
  keyBack: "Delete the last digit",
  /** Settings. */
  settings: "Settings",
  pause: "Wait after each digit",
  pauseOf: (seconds: string): string => `${seconds} seconds`,
  pauseNote: "The clock stops while your pen is down: a 4, 5 or 7 may take two strokes.",
  volume: "Volume",
  rate: "Speed of speech",
  keys: [
    ["0–9", "type a digit"],
    ["Backspace", "redo the last"],
    ["Esc", "start over"],
    ["Space", "where am I?"],
    ["Enter", "confirm"],
  ] as readonly (readonly [string, string])[],
  /** States and notes. */
  privacy: "Your PIN is read on this device. It is not kept, and not sent to the reader.",
  privacyServer: "Your drawing is sent to this server to be read. It is not kept.",
  alone: "No page is waiting for this PIN: it goes nowhere.",
  masked: "Digits are hidden, on the screen and by ear.",
  unmasked: "Digits are spoken aloud.",
  loading: "Getting ready…",
  noModel: "Drawings can’t be read here. Please type the digits.",
  notKept: "Settings can’t be remembered on this device.",
  done: "Done",
};

export type PinWords = typeof pinEn;
