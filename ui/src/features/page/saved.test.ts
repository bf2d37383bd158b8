import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { SavedState } from "./saved.svelte";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test("Saved shows only once the disk has rested", () => {
  const saved = new SavedState();
  saved.typed();
  expect(saved.now.state).toBe("pending");
  saved.receive({ state: "saved" });
  expect(saved.now.state).toBe("pending");
  vi.advanceTimersByTime(600);
  expect(saved.now.state).toBe("saved");
});

test("a key typed after the commit keeps the dot", () => {
  const saved = new SavedState();
  saved.typed();
  saved.receive({ state: "saved" });
  saved.typed();
  vi.advanceTimersByTime(5000);
  expect(saved.now.state).toBe("pending");
});

test("a failed commit stays on show until one succeeds", () => {
  const saved = new SavedState();
  saved.receive({ state: "failed", error: { code: "disk_full", facts: {}, detail: "" } });
  saved.typed();
  saved.receive({ state: "pending" });
  expect(saved.now.state).toBe("failed");
  saved.receive({ state: "saved" });
  vi.advanceTimersByTime(600);
  expect(saved.now.state).toBe("saved");
});
