import { expect, test, vi } from "vitest";

import type { Studio } from "../studio.svelte";
import { Dispatcher } from "./dispatcher";
import type { Platform } from "./keys";
import { COMMAND_IDS, TABLE, type CommandId } from "./table";

interface Scene {
  part?: "page" | "binder" | "field" | "window";
  modal?: boolean;
  shortcuts?: Record<string, string>;
  platform?: Platform;
}

/** A window in which every command may run; gives the commands that a key ran. */
function press(init: KeyboardEventInit, scene: Scene = {}): { ran: CommandId[]; event: KeyboardEvent } {
  const studio = {
    modal: scene.modal ?? false,
    focusedPart: () => scene.part ?? "page",
    settings: { value: { shortcuts: scene.shortcuts ?? {} } },
  } as unknown as Studio;
  const commands = new Dispatcher(studio, scene.platform ?? "linux");
  const ran: CommandId[] = [];
  vi.spyOn(commands, "when").mockReturnValue(true);
  vi.spyOn(commands, "run").mockImplementation((id) => void ran.push(id));
  const event = new KeyboardEvent("keydown", { cancelable: true, ...init });
  commands.capture(event);
  commands.bubble(event);
  return { ran, event };
}

const continues = { key: "Enter", ctrlKey: true };

test("a key runs its command, and nobody else hears it", () => {
  const { ran, event } = press(continues);
  expect(ran).toEqual(["draft.continue"]);
  expect(event.defaultPrevented).toBe(true);
});

test("a changed shortcut holds in place of the table's", () => {
  const shortcuts = { "draft.continue": "Ctrl+Shift+K" };
  expect(press(continues, { shortcuts }).ran).toEqual([]);
  expect(press({ key: "K", code: "KeyK", ctrlKey: true, shiftKey: true }, { shortcuts }).ran).toEqual([
    "draft.continue",
  ]);
});

test("keys of an input method are left to it", () => {
  expect(press({ ...continues, isComposing: true }).ran).toEqual([]);
});

test("in the binder its own keys come before the takes", () => {
  const down = { key: "ArrowDown", altKey: true, shiftKey: true };
  expect(press(down, { part: "binder" }).ran).toEqual(["binder.down"]);
  expect(press(down, { part: "page" }).ran).toEqual(["take.paragraph"]);
});

test("a field of the window keeps its own keys", () => {
  expect(press(continues, { part: "field" }).ran).toEqual([]);
  expect(press({ key: "z", ctrlKey: true }, { part: "field" }).ran).toEqual([]);
  expect(press({ key: "Backspace", altKey: true }, { part: "field" }).ran).toEqual([]);
  expect(press({ key: "P", ctrlKey: true, shiftKey: true }, { part: "field" }).ran).toEqual(["view.palette"]);
});

test("under a dialog only what may always run runs", () => {
  expect(press(continues, { modal: true }).ran).toEqual([]);
  expect(press({ key: "s", ctrlKey: true }, { modal: true }).ran).toEqual(["file.write"]);
});

test("Esc is heard last: completion, search and menus come first", () => {
  const studio = {
    modal: false,
    focusedPart: () => "page",
    settings: { value: { shortcuts: {} } },
  } as unknown as Studio;
  const commands = new Dispatcher(studio, "linux");
  vi.spyOn(commands, "when").mockReturnValue(true);
  const run = vi.spyOn(commands, "run").mockImplementation(() => {});
  const event = new KeyboardEvent("keydown", { key: "Escape", cancelable: true });
  commands.capture(event);
  expect(run).not.toHaveBeenCalled();
  event.preventDefault();
  commands.bubble(event);
  expect(run).not.toHaveBeenCalled();
});

test("reloading and printing as a browser would are taken away", () => {
  const { ran, event } = press({ key: "r", ctrlKey: true });
  expect(ran).toEqual([]);
  expect(event.defaultPrevented).toBe(true);
});

test("no two commands of one scope share a default key", () => {
  for (const platform of ["linux", "macos", "windows"] as const) {
    const commands = new Dispatcher(
      { settings: { value: { shortcuts: {} } } } as unknown as Studio,
      platform,
    );
    for (const id of COMMAND_IDS) {
      for (const chord of commands.keys(id)) {
        const same = commands.having(chord).filter((other) => TABLE[other].scope === TABLE[id].scope);
        expect(same, `${platform} ${chord}`).toEqual([id]);
      }
    }
  }
});
