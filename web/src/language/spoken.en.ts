/**
 * All that sutja says, in English. What stands in braces is filled in when it is said; `Slot` in phrase.ts has the kinds. Each
 * text between two slots is one recorded clip: after a change run tools/clips.py.
 */

export const en = {
  // The start
  choose_language: "For English, touch the right half of the screen, or press 2.",
  use_screen_reader: "If you use a screen reader, choose the button: I use a screen reader.",
  touch_to_begin: "Touch the screen, or press any key, to begin.",
  language_chosen: "English.",
  screen_reader_on: "From now on your screen reader speaks, and I am silent.",
  sound_on: "Sound is on.",
  headphones: "Plug in headphones if you have them.",
  masked: "Your digits stay secret. I only tell how many you have entered.",
  server_reads: "Your drawings are sent to the server of this page to be read. They are not kept.",
  how_to_draw: "Draw one digit at a time, large, anywhere on the screen. Then lift your finger and wait.",
  keys_or_drawing: "You can also type the digits, on a keyboard or with the keypad button.",
  begin: "Enter {count} digits.",
  // Private listening
  private_offer: "If nobody else can hear this, you can have your digits spoken. Choose: Speak my digits.",
  private_confirm: "Your digits will be spoken aloud. Choose once more to agree.",
  private_on: "Your digits are spoken from now on.",
  private_off: "Your digits are secret again.",
  give_offer: "If you like, one digit of your PIN can be kept to learn from, without your name. Choose: Give one digit.",
  give_on: "One digit will be given when you confirm.",
  give_off: "No digit is given.",
  headphones_gone: "The headphones were unplugged. Your digits are secret again.",
  // Practice
  practice_offer: "To practise first, choose Practice.",
  practice_start: "Practice. Nothing here is secret, and nothing is kept.",
  practice_draw: "Draw the digit {digit}.",
  practice_right: "Right. I read {digit}.",
  practice_other: "I asked for {digit}, and read {other}. Try once more.",
  practice_unsure: "It could be {digit} or {other}. Draw it a little clearer.",
  practice_no_digit: "I could not read a digit there. Try once more.",
  practice_end: "Practice is over. From now on your digits are secret.",
  // Entering
  next: "Now the {place} digit.",
  accepted: "{place} of {count} entered.",
  accepted_aloud: "{digits}, {place} of {count}.",
  draw_again: "Not clear enough. Draw the {place} digit again.",
  redraw: "Please draw the {place} digit again.",
  redraw_all: "Please draw all {count} digits again.",
  redone: "The {place} digit is gone. Draw it again.",
  nothing_to_redo: "Nothing is entered yet.",
  start_over_hold: "Keep holding to start over.",
  start_over: "Starting over. Nothing is entered.",
  state: "{entered} of {count} digits are entered.",
  keys_offer: "Would typing be easier? Press the keys zero to nine, or choose Keypad.",
  keys_on: "Keypad. Type the {place} digit.",
  keys_off: "Drawing again. Draw the {place} digit.",
  full: "All digits are entered.",
  help: "Tap with two fingers to take back a digit. Hold two fingers to hear where you are. Hold one finger for two seconds to start over.",
  // The end
  confirm: "{count} digits entered. To confirm, tap twice with two fingers, or press Enter.",
  done: "Done. Thank you.",
  not_accepted: "This number was not accepted. Please start again.",
  cancelled: "Cancelled. Nothing was kept.",
  idle: "Are you still there? In {seconds} seconds all is cleared. Touch the screen to go on.",
  going_on: "You have more time.",
  timed_out: "Time is up. All is cleared. Touch the screen to begin again.",
  // What goes wrong
  loading: "One moment. I am getting ready.",
  no_network: "There is no connection. What you entered stays on this device.",
  busy: "The server takes no drawings just now. What you drew waits here.",
  network_back: "The connection is back.",
  model_missing: "I can’t read drawings here. Please type the digits.",
  storage_full: "This device can’t remember your settings. All else works.",
  not_sent: "The number could not be handed over. Confirm once more to try again.",
  // How it speaks
  volume: "Volume {share} percent.",
  rate: "Speed {share} percent.",
  wait_longer: "I wait longer after each digit.",
  wait_shorter: "I wait less after each digit.",
  // The drawing page, and practice
  speak_on: "I read aloud from now on.",
  nothing_drawn: "Nothing is drawn.",
  read_digit: "{digit}. {share} percent sure.",
  read_digit_surely: "{digit}. More than {share} percent sure.",
  read_either: "{digit} or {other}? Draw it once more, a little clearer.",
  read_unsure: "Perhaps {digit}. Draw it once more, a little clearer.",
  read_number: "{digits}.",
  doubt_at: "The {place} digit is unsure.",
  doubts: "Several digits are unsure.",
  not_a_digit: "That is no digit.",
  refused: "That could not be read.",
  too_much: "Too many strokes.",
  gone: "The reader is out of reach. Your drawing is safe.",
  hint_dot: "All of the ink is one spot.",
  hint_small: "It is drawn very small. Larger is read better.",
  hint_edge: "It touches the edge. A part may be missing.",
  hint_faint: "The ink is very faint.",
  hint_thin: "The strokes are very thin.",
  hint_two_shapes: "These may be several digits.",
} as const;

const ONES = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
const TEENS = ["thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"];

/** The names of numbers by kind. Digits one after the other, as of a PIN, are named as those of a telephone number are. */
export const names = {
  digits: ONES.slice(0, 10),
  row: ONES.slice(0, 10),
  /** By place, counted from 1. */
  places: ["", "First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth", "Ninth", "Tenth", "Eleventh", "Twelfth"],
  counts: ONES,
  /** 0 to 20. */
  numbers: [...ONES, ...TEENS, "twenty"],
  /** 0, 10, 20 and so on to 100. */
  tens: ["", "ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety", "a hundred"],
};
