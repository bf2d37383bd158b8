import { commands, failure, type Error as Failure, type Play } from "../../ipc";
import type { ProjectStore } from "../binder/project.svelte";
import type { PageStore } from "../page/page.svelte";

/** After this rest of typing the story is compiled anew and the same choices made again. */
const REPLAY = 500;

/** Play of the story that is open, beside its text. */
export class PlayStore {
  #project: ProjectStore;
  #page: PageStore;
  #play = $state.raw<Play | null>(null);
  #failed = $state.raw<Failure | null>(null);
  #busy = $state(false);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #at: number | null = null;
  #document = "";
  /** Counts the calls: the answer of an older one is late and dropped. */
  #turn = 0;

  constructor(project: ProjectStore, page: PageStore) {
    this.#project = project;
    this.#page = page;
  }

  get now(): Play | null {
    return this.#play;
  }
  get failed(): Failure | null {
    return this.#failed;
  }
  get busy(): boolean {
    return this.#busy;
  }

  /** From the start, or from the knot at a place. */
  async start(at: number | null): Promise<void> {
    const document = this.#page.document?.id;
    if (!document) return;
    this.#at = at;
    this.#document = document;
    await this.#call(async (isLate) => {
      await this.#page.flush();
      return isLate() ? null : commands.playStart(this.#project.id, document, at);
    });
  }

  async restart(): Promise<void> {
    await this.start(this.#at);
  }

  async choose(index: number): Promise<void> {
    const play = this.#play;
    if (!play || this.#busy || index < 0 || index >= play.choices.length) return;
    await this.#call(() => commands.playChoose(this.#project.id, this.#document, index));
  }

  async back(): Promise<void> {
    if (this.#play?.can_step_back && !this.#busy)
      await this.#call(() => commands.playBack(this.#project.id, this.#document));
  }

  /** The text changed. */
  edited(): void {
    if (!this.#play || this.#page.document?.id !== this.#document) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      () => void this.#call(() => commands.playRefresh(this.#project.id, this.#document)),
      REPLAY,
    );
  }

  /** Another document is open. */
  stop(): void {
    clearTimeout(this.#timer);
    // What a call under way has begun ends, too.
    if (this.#play || this.#busy) void commands.playStop(this.#project.id, this.#document).catch(() => {});
    this.#turn += 1;
    this.#busy = false;
    this.#play = null;
    this.#failed = null;
  }

  async #call(call: (isLate: () => boolean) => Promise<Play | null>): Promise<void> {
    const turn = ++this.#turn;
    const isLate = () => turn !== this.#turn;
    this.#busy = true;
    try {
      const play = await call(isLate);
      if (isLate()) return;
      this.#play = play;
      this.#failed = null;
    } catch (thrown) {
      if (!isLate()) this.#failed = failure(thrown);
    } finally {
      if (!isLate()) this.#busy = false;
    }
  }
}
