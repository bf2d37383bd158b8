import { expect, test } from "vitest";

import { accelerator, aria, chordOf, label, normalize } from "./keys";

test("Mod is Command on macOS and Control elsewhere", () => {
  expect(normalize("Mod+Shift+p", "linux")).toBe("Ctrl+Shift+P");
  expect(normalize("Mod+Shift+p", "macos")).toBe("Shift+Meta+P");
});

function press(init: KeyboardEventInit): string {
  return chordOf(new KeyboardEvent("keydown", init), "linux");
}

test("a key event and the table agree on the spelling", () => {
  expect(press({ key: "Enter", ctrlKey: true, shiftKey: true })).toBe(normalize("Mod+Shift+Enter", "linux"));
  expect(press({ key: "!", code: "Digit1", altKey: true, shiftKey: true })).toBe("Alt+Shift+1");
  expect(press({ key: "й", code: "KeyQ", ctrlKey: true })).toBe("Ctrl+Q");
  expect(press({ key: "+", code: "Equal", ctrlKey: true })).toBe(normalize("Mod+=", "linux"));
});

test("keys of an input method are nobody's chord", () => {
  expect(press({ key: "Enter", isComposing: true })).toBe("");
  expect(press({ key: "Process", ctrlKey: true })).toBe("");
});

test("a chord is written as the platform writes it", () => {
  expect(label("Mod+Shift+Enter", "linux")).toBe("Ctrl+Shift+Enter");
  expect(label("Alt+ArrowDown", "linux")).toBe("Alt+↓");
  expect(label("Mod+Shift+Enter", "macos")).toBe("⇧⌘↩");
  expect(aria("Mod+Enter", "linux")).toBe("Control+Enter");
  expect(accelerator("Mod+Shift+P", "windows")).toBe("Ctrl+Shift+P");
});
