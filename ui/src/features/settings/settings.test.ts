import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { commands, type Settings } from "../../ipc";
import { DEFAULTS, SettingsStore } from "./settings.svelte";

vi.mock("../../ipc", () => ({ commands: { settingsSave: vi.fn() } }));
const save = vi.mocked(commands.settingsSave);

beforeEach(() => {
  vi.useFakeTimers();
  save.mockReset().mockResolvedValue(null);
});
afterEach(() => vi.useRealTimers());

test("what the shell tells holds, and what it leaves out is the default", () => {
  const settings = new SettingsStore(() => {});
  settings.receive({ zoom: 120 });
  expect(settings.value).toMatchObject({ zoom: 120, capitals: true });
  expect(settings.changed("zoom")).toBe(true);
  settings.reset("zoom");
  expect(settings.value.zoom).toBe(100);
});

test("sizes are written once they rest", () => {
  const settings = new SettingsStore(() => {});
  for (const width of ["240", "250", "260"]) settings.keep("binder.lyrics", width);
  expect(save).not.toHaveBeenCalled();
  vi.advanceTimersByTime(400);
  expect(save).toHaveBeenCalledTimes(1);
  expect(save.mock.calls[0]?.[0].layout).toEqual({ "binder.lyrics": "260" });
});

test("an echo of an older state does not undo a change under way", async () => {
  const settings = new SettingsStore(() => {});
  let done: (value: null) => void = () => {};
  save.mockReturnValue(new Promise((resolve) => (done = resolve)));
  settings.set({ zoom: 110 });
  settings.set({ zoom: 120 });
  settings.receive({ ...DEFAULTS, zoom: 110 } as Settings);
  expect(settings.value.zoom).toBe(120);
  done(null);
  await vi.runAllTimersAsync();
  settings.receive({ ...DEFAULTS, zoom: 150 } as Settings);
  expect(settings.value.zoom).toBe(150);
});

test("a note is said once", () => {
  const settings = new SettingsStore(() => {});
  settings.say("starter_chinese");
  settings.say("starter_chinese");
  expect(settings.value.said).toEqual(["starter_chinese"]);
  expect(save).toHaveBeenCalledTimes(1);
});
