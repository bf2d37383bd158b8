import { ChangeSet, Text } from "@codemirror/state";
import { expect, test } from "vitest";
import type { Line } from "../ipc/bindings";
import { patched, seenThrough } from "./sheet";

const line = (kind: string, marks: [number, number, string][] = []): Line => ({
  kind,
  depth: 0,
  marks,
  gutter: null,
});
const doc = Text.of(["INT. QUAY", "", "MARA", "You *said* dawn."]);
const lines = [
  line("scene_heading"),
  line("blank"),
  line("character"),
  line("dialogue", [[4, 10, "italic"]]),
];
const kinds = (seen: Line[]) => seen.map((l) => l.kind);

test("a patch replaces its lines and leaves the others", () => {
  const now = patched(lines, { from: 2, removed: 1, lines: [line("action"), line("blank")] });
  expect(kinds(now)).toEqual(["scene_heading", "blank", "action", "blank", "dialogue"]);
});

test("an edit inside a line keeps its kind and moves its marks", () => {
  const at = doc.line(4).from;
  const seen = seenThrough(lines, doc, ChangeSet.of({ from: at, insert: "Oh. " }, doc.length));
  expect(seen[3]).toEqual(line("dialogue", [[8, 14, "italic"]]));
});

test("typing at the end of a mark leaves it as it is", () => {
  const at = doc.line(4).from + 10;
  const seen = seenThrough(lines, doc, ChangeSet.of({ from: at, insert: "!" }, doc.length));
  expect(seen[3]?.marks).toEqual([[4, 10, "italic"]]);
});

test("a new line after a line is fresh, and one before it moves it down", () => {
  const end = doc.line(3).to;
  expect(
    kinds(seenThrough(lines, doc, ChangeSet.of({ from: end, insert: Text.of(["", ""]) }, doc.length))),
  ).toEqual(["scene_heading", "blank", "character", "fresh", "dialogue"]);
  const start = doc.line(3).from;
  expect(
    kinds(seenThrough(lines, doc, ChangeSet.of({ from: start, insert: Text.of(["", ""]) }, doc.length))),
  ).toEqual(["scene_heading", "blank", "fresh", "character", "dialogue"]);
});

test("deleting across lines joins them", () => {
  const change = ChangeSet.of({ from: doc.line(1).to, to: doc.line(3).from }, doc.length);
  expect(kinds(seenThrough(lines, doc, change))).toEqual(["scene_heading", "dialogue"]);
});

test("as many lines as the page has, whatever the edit", () => {
  let seed = 7;
  const random = (n: number) => (seed = (seed * 1103515245 + 12345) % 2147483648) % n;
  for (let round = 0; round < 2000; round++) {
    const changes = [];
    let at = 0;
    for (let i = 0; i < 3; i++) {
      const from = at + random(6);
      const to = from + random(8);
      if (to > doc.length) break;
      changes.push({
        from,
        to,
        insert: Text.of(Array.from({ length: 1 + random(3) }, () => "ab".slice(random(3)))),
      });
      at = to + 1;
    }
    const set = ChangeSet.of(changes, doc.length);
    expect(seenThrough(lines, doc, set).length).toBe(set.apply(doc).lines);
  }
});
