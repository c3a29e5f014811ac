import { expect, it } from "vitest";
import { actionOf, type Key } from "../src/keys";

const key = (name: string, part: Partial<Key> = {}): Key => ({
  key: name,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  repeat: false,
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
])("%s", (_, pressed, action) => {
  expect(actionOf(pressed)).toBe(action);
});
