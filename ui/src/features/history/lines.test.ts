import { expect, test } from "vitest";

import { diffLines, nearChanges } from "./lines";

test("runs are cut at line breaks", () => {
  const lines = diffLines([
    { kind: "same", text: "MEI\nRain " },
    { kind: "removed", text: "falls" },
    { kind: "added", text: "stops" },
    { kind: "same", text: ".\nEnd" },
  ]);
  expect(lines.map((line) => line.kind)).toEqual(["same", "both", "same"]);
  expect(lines[1]?.runs.map((run) => run.text)).toEqual(["Rain ", "falls", "stops", "."]);
});

test("far lines are left out once", () => {
  const text = Array.from({ length: 20 }, (_, index) => `line ${index}`).join("\n");
  const lines = diffLines([
    { kind: "same", text: `${text}\n` },
    { kind: "added", text: "new" },
    { kind: "same", text: `\n${text}` },
  ]);
  const shown = nearChanges(lines, 2);
  expect(shown).toHaveLength(7);
  expect(shown[0]).toBeNull();
  expect(shown.at(-1)).toBeNull();
});
