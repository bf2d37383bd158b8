import { expect, test } from "vitest";

import { score } from "./match";

test("the start of a title beats a word in it, and that beats letters in order", () => {
  expect(score("con", "Continue")).toBeGreaterThan(score("con", "Go on, Continue"));
  expect(score("three takes", "Takes, three")).toBeGreaterThan(score("thtk", "three takes"));
  expect(score("xyz", "Continue")).toBe(0);
});

test("Chinese is found by its Pinyin initials", () => {
  expect(score("xx", "续写")).toBeGreaterThan(0);
  expect(score("gx", "改写")).toBeGreaterThan(0);
  expect(score("sz", "设置")).toBeGreaterThan(0);
  expect(score("wgl", "文稿栏")).toBeGreaterThan(0);
  expect(score("qq", "续写")).toBe(0);
});
