import { beforeEach, expect, test, vi } from "vitest";

import { commands, type Play } from "../../ipc";
import type { ProjectStore } from "../binder/project.svelte";
import type { PageStore } from "../page/page.svelte";
import { PlayStore } from "./play.svelte";

vi.mock("../../ipc", () => ({
  commands: {
    playStart: vi.fn(),
    playChoose: vi.fn(),
    playRefresh: vi.fn(),
    playStop: vi.fn(async () => null),
  },
  failure: (thrown: unknown) => thrown,
}));

const start = vi.mocked(commands.playStart);
const choose = vi.mocked(commands.playChoose);
const refresh = vi.mocked(commands.playRefresh);
const end = vi.mocked(commands.playStop);

const state = (from: string): Play => ({
  from,
  turns: [],
  choices: ["Wait"],
  ended: false,
  problem: null,
  variables: [],
  can_step_back: false,
});
const make = () =>
  new PlayStore(
    { id: "p" } as unknown as ProjectStore,
    { document: { id: "d" }, flush: async () => {} } as unknown as PageStore,
  );

/** An answer that comes when the test says so. */
function later(): { promise: Promise<Play>; answer: (play: Play) => void } {
  let answer: (play: Play) => void = () => {};
  return { promise: new Promise((resolve) => (answer = resolve)), answer: (play) => answer(play) };
}

beforeEach(() => vi.resetAllMocks());

test("an answer that comes after play was ended is dropped", async () => {
  end.mockResolvedValue(null);
  const play = make();
  const { promise, answer } = later();
  start.mockReturnValue(promise);
  const started = play.start(null);
  await vi.waitFor(() => expect(start).toHaveBeenCalled());
  play.stop();
  expect(end).toHaveBeenCalledWith("p", "d");
  answer(state("late"));
  await started;
  expect(play.now).toBeNull();
  expect(play.busy).toBe(false);
});

test("a choice answered after the text was played anew does not show the story of before", async () => {
  vi.useFakeTimers();
  const play = make();
  start.mockResolvedValue(state("begun"));
  await play.start(null);
  const { promise, answer } = later();
  choose.mockReturnValue(promise);
  refresh.mockResolvedValue(state("anew"));
  const chosen = play.choose(0);
  play.edited();
  await vi.advanceTimersByTimeAsync(1000);
  answer(state("late"));
  await chosen;
  expect(play.now?.from).toBe("anew");
  vi.useRealTimers();
});
