import { expect, test, vi } from "vitest";

import { commands, type Binder, type Project } from "../../ipc";
import { Notices } from "../notices/notices.svelte";
import { ProjectStore } from "./project.svelte";

vi.mock("../../ipc", () => ({
  commands: { documentDelete: vi.fn(), documentMove: vi.fn() },
  failure: (thrown: unknown) => thrown,
}));

const binder = (...titles: string[]): Binder => ({
  documents: titles.map((title) => ({ id: title, title, craft: "notes", open_candidates: 0 })),
  can_undo: true,
  can_redo: false,
});

function make(): ProjectStore {
  const store = new ProjectStore(new Notices());
  store.show({ id: "p", binder: binder("a", "b", "c") } as unknown as Project);
  return store;
}

test("the last act keeps its name while candidates come and go and the shell tells it again", async () => {
  const store = make();
  vi.mocked(commands.documentDelete).mockResolvedValue(binder("a", "b"));
  await store.remove("c");
  const act = store.act;
  store.receive(binder("a", "b"));
  store.countCandidates("a", 2);
  expect(store.act).toBe(act);
});

test("an act of this window or of another one is another last act", async () => {
  const store = make();
  vi.mocked(commands.documentDelete).mockResolvedValue(binder("a", "b"));
  await store.remove("c");
  const act = store.act;
  store.receive(binder("a", "b", "new"));
  expect(store.act).not.toBe(act);
  store.receive(binder("a", "b"));
  vi.mocked(commands.documentMove).mockResolvedValue(binder("a", "b"));
  await store.move("a", null);
  expect(store.act).not.toBe(act);
});
