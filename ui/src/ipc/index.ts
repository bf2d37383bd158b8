/**
 * The window's only door to the shell: commands, events, menus, dropped files. Nothing else imports
 * `@tauri-apps/api`.
 */
import { Channel } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import { getCurrentWebview } from "@tauri-apps/api/webview";
import { getCurrentWindow } from "@tauri-apps/api/window";

import { commands as raw } from "./bindings";
import type {
  Binder,
  DraftEvent,
  Generation,
  ModelChanged,
  PageChanged,
  SavedChanged,
  Settings,
} from "./bindings";
import { failure } from "./failure";

export type * from "./bindings";
export { failure, isCode } from "./failure";
export { setMenus, type MenuBranch, type MenuEntry, type MenuGroup } from "./menus";

/** What the shell tells a window unasked. */
export interface Events {
  "saved-changed": SavedChanged;
  "model-changed": ModelChanged;
  "settings-changed": Settings;
  "generation-changed": Generation;
  "page-changed": PageChanged;
  "binder-changed": { project: string; binder: Binder };
}

/** Calls that have not come back. A test waits until `data-pending` on the root is 0. */
let pending = 0;

function count(step: 1 | -1): void {
  pending += step;
  document.documentElement.dataset["pending"] = String(pending);
}

type Raw = typeof raw;

/** The shell's commands. Each throws an `Error` (code, facts, detail) and nothing else. */
export const commands: Raw = Object.fromEntries(
  Object.entries(raw).map(([name, call]) => [
    name,
    async (...args: unknown[]) => {
      count(1);
      try {
        return await (call as (...args: unknown[]) => Promise<unknown>)(...args);
      } catch (thrown) {
        throw failure(thrown);
      } finally {
        count(-1);
      }
    },
  ]),
) as unknown as Raw;

/** Listens to an event for as long as the window lives, or until the returned function is called. */
export function on<Name extends keyof Events>(name: Name, hear: (payload: Events[Name]) => void): () => void {
  const unlisten = listen<Events[Name]>(name, (event) => hear(event.payload));
  return () => void unlisten.then((stop) => stop());
}

/** A channel for the events of one draft. The handler is set before the command starts. */
export function draftChannel(hear: (event: DraftEvent) => void): Channel<DraftEvent> {
  const channel = new Channel<DraftEvent>();
  channel.onmessage = hear;
  return channel;
}

/** What dragged files do over the window. */
export type FileDrag =
  | { type: "over"; x: number; y: number; paths: string[] }
  | { type: "drop"; paths: string[] }
  | { type: "leave" };

/** Listens to files dragged from the system. */
export function onFileDrag(hear: (drag: FileDrag) => void): void {
  let paths: string[] = [];
  void getCurrentWebview().onDragDropEvent(({ payload }) => {
    switch (payload.type) {
      case "enter":
        paths = payload.paths;
        hear({ type: "over", x: payload.position.x, y: payload.position.y, paths });
        break;
      case "over":
        hear({ type: "over", x: payload.position.x, y: payload.position.y, paths });
        break;
      case "drop":
        hear({ type: "drop", paths: payload.paths });
        break;
      case "leave":
        hear({ type: "leave" });
        break;
    }
  });
}

/** Sets the title of the native window. */
export function setTitle(title: string): void {
  document.title = title;
  void getCurrentWindow().setTitle(title);
}

/** Turns full screen on or off. */
export async function toggleFullScreen(): Promise<void> {
  const window = getCurrentWindow();
  await window.setFullscreen(!(await window.isFullscreen()));
}

/** Closes this window; the shell writes what is unwritten first. */
export function closeWindow(): void {
  void getCurrentWindow().close();
}
