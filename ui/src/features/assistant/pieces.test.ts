import { expect, test } from "vitest";

import { cardLines } from "./pieces";

const next = { word: 0, line: 0, paragraph: 0, all: 0 };

test("an untouched candidate is all rest", () => {
  const lines = cardLines({
    text: "MEI\nThen row.",
    kinds: ["character", "dialogue"],
    taken: 0,
    next,
    outcome: "open",
  });
  expect(lines).toEqual([
    { kind: "character", taken: false, stretches: [{ part: "rest", text: "MEI" }] },
    { kind: "dialogue", taken: false, stretches: [{ part: "rest", text: "Then row." }] },
  ]);
});

test("a partly taken one shows what is taken and what comes next", () => {
  const lines = cardLines({
    text: "MEI\nThen row.\nNow.",
    kinds: [],
    taken: 8,
    next: { ...next, line: 13 },
    outcome: "partly",
  });
  expect(lines.map((line) => line.taken)).toEqual([true, false, false]);
  expect(lines[1]?.stretches).toEqual([
    { part: "taken", text: "Then" },
    { part: "next", text: " row." },
  ]);
});
