import { expect, test } from "vitest";

import type { Candidate } from "../../ipc";
import { LiveDraft } from "./live.svelte";

const candidate: Candidate = {
  id: "c1",
  generation: "g",
  take: 1,
  text: "",
  taken: 0,
  next: { word: 0, line: 0, paragraph: 0, all: 0 },
  state: "streaming",
  error: null,
  outcome: "open",
  words: 0,
  kinds: [],
};

test("text grows at its end and is never lost", () => {
  const live = new LiveDraft(2);
  live.receive({ type: "text", take: 1, text: "The tide ", rate: 10, kinds: ["action"] });
  live.receive({ type: "text", take: 2, text: "Another", rate: 5, kinds: null });
  live.receive({ type: "text", take: 1, text: "waits.", rate: 12, kinds: null });
  expect(live.merge(candidate)).toMatchObject({ text: "The tide waits.", kinds: ["action"] });
  expect(live.text(2)).toBe("Another");
  expect(live.rate).toBe(17);
});

test("an ended take is what the shell says it is", () => {
  const live = new LiveDraft(1);
  live.receive({ type: "text", take: 1, text: "The tide", rate: 10, kinds: null });
  live.receive({ type: "ended", take: 1, candidate: { ...candidate, text: "The", state: "stopped" } });
  expect(live.merge(candidate)).toMatchObject({ text: "The", state: "stopped" });
});

test("a prompt read once is read for every take that waits", () => {
  const live = new LiveDraft(3);
  live.receive({ type: "reading", take: 1, done: 10, total: 40, reused: 5 });
  expect(live.phase(3)).toEqual({ phase: "reading", done: 10, total: 40, reused: 5 });
});
