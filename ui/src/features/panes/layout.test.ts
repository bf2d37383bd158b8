import { expect, test } from "vitest";

import { fold, widths } from "./layout.svelte";

test("a wide window has all three panes", () => {
  expect(fold(1400, true)).toEqual({ binder: "docked", right: "docked", narrow: false });
});
test("below 1200 the binder becomes a drawer", () => {
  expect(fold(1199, true)).toEqual({ binder: "drawer", right: "docked", narrow: false });
});
test("below 1000 the assistant goes to the foot", () => {
  expect(fold(900, true)).toEqual({ binder: "drawer", right: "bottom", narrow: false });
});
test("below 680 the indents halve", () => {
  expect(fold(640, true).narrow).toBe(true);
});
test("a closed right pane gives its room to the binder", () => {
  expect(fold(1100, false).binder).toBe("docked");
});
test("at 200 % zoom panes fold in the same order", () => {
  expect(fold(1700, true, 1, 2)).toEqual({ binder: "drawer", right: "docked", narrow: false });
  expect(fold(1400, true, 1, 2)).toEqual({ binder: "drawer", right: "bottom", narrow: false });
});
test("the right pane shrinks first, then the binder", () => {
  expect(widths(1240, 240, 360, 520)).toEqual({ binder: 240, right: 320 });
  expect(widths(1200, 240, 360, 520)).toEqual({ binder: 200, right: 320 });
  expect(widths(1400, 240, 360, 520)).toEqual({ binder: 240, right: 360 });
});
