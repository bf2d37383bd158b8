import { commands, failure, type Error as Failure, type Hit } from "../../ipc";
import type { ProjectStore } from "../binder/project.svelte";
import type { PageStore } from "../page/page.svelte";

/** The most that the shell gives. */
export const MOST_HITS = 1000;
const TYPED = 200;

/** Find and replace over all documents of the project. */
export class SearchStore {
  #project: ProjectStore;
  #page: PageStore;
  #open = $state(false);
  #hits = $state.raw<Hit[] | null>(null);
  #failed = $state.raw<Failure | null>(null);
  #replaced = $state<number | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #turn = 0;

  text = $state("");
  replacement = $state("");
  caseMatters = $state(false);
  wholeWord = $state(false);
  replacing = $state(false);

  /** Hits by document, in the binder's order as they came. */
  readonly groups = $derived.by(() => {
    const groups = new Map<string, { document: string; title: string; hits: Hit[] }>();
    for (const hit of this.#hits ?? []) {
      const group = groups.get(hit.document) ?? { document: hit.document, title: hit.title, hits: [] };
      group.hits.push(hit);
      groups.set(hit.document, group);
    }
    return [...groups.values()];
  });

  constructor(project: ProjectStore, page: PageStore) {
    this.#project = project;
    this.#page = page;
  }

  get open(): boolean {
    return this.#open;
  }
  /** Null before anything was looked for. */
  get hits(): Hit[] | null {
    return this.#hits;
  }
  get failed(): Failure | null {
    return this.#failed;
  }
  /** How many places the last replacement changed. */
  get replaced(): number | null {
    return this.#replaced;
  }

  show(): void {
    this.#open = true;
  }
  close(): void {
    this.#open = false;
  }

  /** Looks again after the last key. */
  typed(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.find(), TYPED);
  }

  async find(): Promise<void> {
    clearTimeout(this.#timer);
    const turn = ++this.#turn;
    this.#replaced = null;
    if (this.text === "") {
      this.#hits = null;
      return;
    }
    try {
      await this.#page.flush();
      const hits = await commands.projectFind(this.#project.id, this.#query());
      if (turn !== this.#turn) return;
      this.#hits = hits;
      this.#failed = null;
    } catch (thrown) {
      if (turn === this.#turn) this.#failed = failure(thrown);
    }
  }

  /** Replaces in one document, or in all. */
  async replace(document: string | null): Promise<void> {
    if (this.text === "") return;
    try {
      await this.#page.flush();
      const count = await commands.projectReplace(
        this.#project.id,
        document,
        this.#query(),
        this.replacement,
      );
      await this.find();
      this.#replaced = count;
    } catch (thrown) {
      this.#failed = failure(thrown);
    }
  }

  #query() {
    return { text: this.text, case: this.caseMatters, word: this.wholeWord };
  }
}
