import { expect, it } from "vitest";
import { commandOf, type Key } from "../src/keys";

const key = (name: string, part: Partial<Key> = {}): Key => ({
  key: name,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  repeat: false,
  code: "",
  ...part,
});

it.each([
  ["Backspace undoes", key("Backspace"), "undo"],
  ["Ctrl+Z undoes", key("z", { ctrlKey: true }), "undo"],
  ["Cmd+Z undoes, with caps lock too", key("Z", { metaKey: true }), "undo"],
  ["Escape clears", key("Escape"), "clear"],
  ["Delete clears", key("Delete"), "clear"],
  ["Enter reads", key("Enter"), "read"],
  ["a key held down undoes again", key("Backspace", { repeat: true }), "undo"],
  ["a key held down reads once", key("Enter", { repeat: true }), null],
  ["redo is not undo", key("z", { ctrlKey: true, shiftKey: true }), null],
  ["the browser keeps its own keys", key("Delete", { ctrlKey: true }), null],
  ["a letter does nothing", key("z"), null],
  ["? lists the keys, though it takes Shift", key("?", { shiftKey: true }), "shortcuts"],
  ["P takes a picture", key("p", { code: "KeyP" }), "picture"],
  ["so it does with caps lock", key("P", { code: "KeyP" }), "picture"],
  ["so it does where Korean is typed", key("ㅔ", { code: "KeyP" }), "picture"],
  ["so it does while an input method is at work", key("Process", { code: "KeyP" }), "picture"],
  ["the letter counts, not its place on the keyboard", key("e", { code: "KeyD" }), "explain"],
  ["a letter elsewhere on the keyboard is another", key("l", { code: "KeyP" }), null],
  ["a letter with Ctrl is the browser's", key("p", { ctrlKey: true, code: "KeyP" }), null],
  ["a letter held down does it once", key("s", { repeat: true }), null],
])("%s", (_, pressed, action) => {
  expect(commandOf(pressed)).toBe(action);
});
