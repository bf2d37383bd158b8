import { commands, type Past, type Version } from "../../ipc";
import type { ProjectStore } from "../binder/project.svelte";
import type { Notices } from "../notices/notices.svelte";
import type { PageStore } from "../page/page.svelte";

/** The past of the open document: sessions, named versions, one of them on view. */
export class HistoryStore {
  #project: ProjectStore;
  #page: PageStore;
  #notices: Notices;
  #open = $state(false);
  #versions = $state.raw<Version[]>([]);
  #viewing = $state.raw<{ version: Version; past: Past | null } | null>(null);

  /** Show the text as it was instead of its difference to now. */
  whole = $state(false);

  constructor(project: ProjectStore, page: PageStore, notices: Notices) {
    this.#project = project;
    this.#page = page;
    this.#notices = notices;
  }

  get open(): boolean {
    return this.#open;
  }
  get versions(): Version[] {
    return this.#versions;
  }
  get viewing() {
    return this.#viewing;
  }

  async show(): Promise<void> {
    this.#open = true;
    await this.load();
  }

  close(): void {
    this.#open = false;
    this.#viewing = null;
  }

  /** Reads the list again: the document changed, or another one is open. */
  async load(): Promise<void> {
    const document = this.#page.document?.id;
    this.#viewing = null;
    if (!document) {
      this.#versions = [];
      return;
    }
    await this.#try(async () => {
      await this.#page.flush();
      this.#versions = await commands.historyList(this.#project.id, document);
    });
  }

  async view(version: Version): Promise<void> {
    const document = this.#page.document?.id;
    if (!document) return;
    const view = { version, past: null };
    this.#viewing = view;
    await this.#try(async () => {
      await this.#page.flush();
      const past = await commands.historyView(this.#project.id, document, version.id);
      if (this.#viewing === view) this.#viewing = { version, past };
    });
  }

  back(): void {
    this.#viewing = null;
  }

  /** Brings the version on view back as a new edit; the page shows it. */
  async restore(): Promise<boolean> {
    const viewing = this.#viewing;
    if (!viewing) return false;
    const done = await this.#page.change((project, document) =>
      commands.historyRestore(project, document, viewing.version.id),
    );
    if (done) this.close();
    return done;
  }

  async name(name: string): Promise<void> {
    const document = this.#page.document?.id;
    if (!document || name.trim() === "") return;
    await this.#try(async () => {
      await this.#page.flush();
      this.#versions = await commands.historyName(this.#project.id, document, name.trim());
    });
  }

  async #try(call: () => Promise<void>): Promise<void> {
    try {
      await call();
    } catch (thrown) {
      this.#notices.fail(thrown);
    }
  }
}
