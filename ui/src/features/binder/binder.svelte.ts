import type { Craft } from "../../ipc";
import type { ProjectStore } from "./project.svelte";

/** What the binder shows beside the documents: a name being typed, the row with the focus. */
export class BinderView {
  #project: ProjectStore;
  #naming = $state.raw<{ craft: Craft } | { rename: string } | null>(null);
  #focused = $state<string | null>(null);
  #show: () => void;

  constructor(project: ProjectStore, show: () => void) {
    this.#project = project;
    this.#show = show;
  }

  /** The craft of a new document whose name is asked for. */
  get newCraft(): Craft | null {
    return this.#naming && "craft" in this.#naming ? this.#naming.craft : null;
  }
  get renaming(): string | null {
    return this.#naming && "rename" in this.#naming ? this.#naming.rename : null;
  }
  /** The row that the binder's keys act on. */
  get focused(): string | null {
    return this.#focused && this.#project.row(this.#focused) ? this.#focused : null;
  }

  focus(id: string | null): void {
    this.#focused = id;
  }

  startNew(craft: Craft): void {
    this.#show();
    this.#naming = { craft };
  }

  startRename(id = this.focused): void {
    if (!id) return;
    this.#show();
    this.#naming = { rename: id };
  }

  endNaming(): void {
    this.#naming = null;
  }

  async shift(step: 1 | -1): Promise<void> {
    if (this.focused) await this.#project.shift(this.focused, step);
  }
}
