import { beforeEach, expect, test, vi } from "vitest";

import { Words } from "../../i18n/words.svelte";
import { commands, type Candidate, type DraftEvent, type Generation } from "../../ipc";
import type { ProjectStore } from "../binder/project.svelte";
import { Notices } from "../notices/notices.svelte";
import type { PageStore } from "../page/page.svelte";
import type { SettingsStore } from "../settings/settings.svelte";
import { AssistantStore } from "./assistant.svelte";

// The channel of the last draft, so that a test can speak as the shell.
let hear: (event: DraftEvent) => void = () => {};

vi.mock("../../ipc", () => ({
  commands: {
    draftStart: vi.fn(),
    draftStop: vi.fn(async () => null),
    generationList: vi.fn(async () => []),
    candidateDismiss: vi.fn(),
  },
  draftChannel: (listen: (event: DraftEvent) => void) => {
    hear = listen;
    return {};
  },
  failure: (thrown: unknown) => thrown,
  isCode: (thrown: { code?: string }, code: string) => thrown.code === code,
}));

const start = vi.mocked(commands.draftStart);
const stop = vi.mocked(commands.draftStop);

function candidate(change: Partial<Candidate> = {}): Candidate {
  return {
    id: "c",
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
    ...change,
  };
}
function generation(change: Partial<Generation> = {}): Generation {
  return {
    id: "g",
    document: "d",
    task: "continue",
    instruction: "",
    model: "m",
    host: null,
    started: 0,
    place: { from: 3, to: 3 },
    after: "",
    candidates: [candidate()],
    prompt_tokens: 0,
    seed: null,
    running: true,
    ...change,
  };
}
const whole = () =>
  generation({ running: false, candidates: [candidate({ state: "ready", text: "The tide." })] });

function make(): { assistant: AssistantStore; notices: Notices } {
  const notices = new Notices();
  let version = 0;
  const assistant = new AssistantStore({
    project: { id: "p", countCandidates: () => {} } as unknown as ProjectStore,
    page: {
      document: { id: "d", language: "en" },
      selection: { anchor: 3, head: 3 },
      editor: { flush: async () => ++version },
    } as unknown as PageStore,
    settings: { value: { announce: "state" } } as unknown as SettingsStore,
    words: new Words(),
    notices,
    model: () => ({ state: "none" }),
  });
  return { assistant, notices };
}

beforeEach(() => {
  start.mockReset();
  stop.mockClear();
});

test("text that streams is on the card, and stays when the take ends", async () => {
  const { assistant } = make();
  start.mockResolvedValue(generation());
  await assistant.continue(1);
  hear({ type: "text", take: 1, text: "The ", rate: 3, kinds: null });
  expect(assistant.current?.candidate.text).toBe("The ");
  expect(assistant.rate).toBe(3);
  hear({ type: "done", generation: whole() });
  expect(assistant.running).toBeNull();
  expect(assistant.current?.candidate.text).toBe("The tide.");
});

test("a key typed before the start is another try, not a failure", async () => {
  const { assistant } = make();
  start.mockRejectedValueOnce({ code: "stale_version" }).mockResolvedValue(generation());
  await assistant.continue(1);
  expect(start.mock.calls.map((call) => call[2].version)).toEqual([1, 2]);
  expect(assistant.failed).toBeNull();
});

test("an end that comes before the answer of the start is the end", async () => {
  const { assistant } = make();
  start.mockImplementation(async () => {
    hear({ type: "done", generation: whole() });
    return generation();
  });
  await assistant.continue(1);
  expect(assistant.running).toBeNull();
  expect(assistant.current?.candidate.state).toBe("ready");
});

test("news that was on its way does not make an ended draft run again", async () => {
  const { assistant } = make();
  start.mockResolvedValue(generation());
  await assistant.continue(1);
  hear({ type: "done", generation: whole() });
  assistant.receive(generation());
  expect(assistant.running).toBeNull();
});

test("stopped before it has a name, it is stopped as soon as it has one", async () => {
  const { assistant } = make();
  let answer: (generation: Generation) => void = () => {};
  start.mockReturnValue(new Promise((resolve) => (answer = resolve)));
  const asked = assistant.continue(1);
  await vi.waitFor(() => expect(start).toHaveBeenCalled());
  await assistant.stop();
  expect(assistant.busy).toBe(false);
  answer(generation());
  await asked;
  expect(stop).toHaveBeenCalledWith("p", "g", null);
});

test("a second ask does not pass while the draft before the first one still stops", async () => {
  const { assistant } = make();
  assistant.receive(generation());
  let stopped: () => void = () => {};
  stop.mockReturnValueOnce(new Promise((resolve) => (stopped = () => resolve(null))));
  start.mockResolvedValue(generation({ id: "g2", candidates: [candidate({ id: "c2", generation: "g2" })] }));
  const asks = [assistant.continue(1), assistant.continue(1)];
  stopped();
  await Promise.all(asks);
  expect(stop).toHaveBeenCalledTimes(1);
  expect(start).toHaveBeenCalledTimes(1);
});

test("stopped while the draft before it still stops, it never starts", async () => {
  const { assistant } = make();
  assistant.receive(generation());
  let stopped: () => void = () => {};
  stop.mockReturnValueOnce(new Promise((resolve) => (stopped = () => resolve(null))));
  const asked = assistant.continue(1);
  await assistant.stop();
  stopped();
  await asked;
  expect(start).not.toHaveBeenCalled();
  expect(assistant.asking).toBeNull();
});

test("a refused start stays on show with its reason, and can be tried again", async () => {
  const { assistant } = make();
  start.mockRejectedValueOnce({ code: "no_model", facts: {}, detail: "" }).mockResolvedValue(generation());
  await assistant.continue(3);
  expect(assistant.failed?.error.code).toBe("no_model");
  await assistant.retry();
  expect(assistant.failed).toBeNull();
  expect(start.mock.calls[1]?.[2].takes).toBe(3);
});

test("the keys act on the take that was chosen", async () => {
  const { assistant } = make();
  const takes = [1, 2, 3].map((take) => candidate({ id: `c${take}`, take, state: "ready", text: "x" }));
  assistant.receive(generation({ running: false, candidates: takes }));
  expect(assistant.current?.candidate.id).toBe("c1");
  assistant.chooseTake(2);
  expect(assistant.current?.candidate.id).toBe("c2");
  expect(assistant.sideBySide?.id).toBe("g");
});

test("what stands below the newest draft is put away at once", async () => {
  const { assistant } = make();
  const ended = (id: string, started: number) =>
    generation({
      id,
      started,
      running: false,
      candidates: [candidate({ id: `c-${id}`, generation: id, state: "ready", text: "x" })],
    });
  for (const each of [ended("old", 1), ended("older", 2), ended("newest", 3)]) assistant.receive(each);
  vi.mocked(commands.candidateDismiss).mockImplementation(async (_project, id) =>
    generation({
      id: id.slice(2),
      running: false,
      candidates: [candidate({ id, outcome: "dismissed" })],
    }),
  );
  await assistant.dismissOlder();
  expect(assistant.standing.map(({ id }) => id)).toEqual(["newest"]);
});

test("a generation that is put away leaves the list", () => {
  const { assistant } = make();
  assistant.receive(whole());
  assistant.receive(generation({ running: false, candidates: [candidate({ outcome: "dismissed" })] }));
  expect(assistant.generations).toEqual([]);
});
