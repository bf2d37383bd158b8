import {
  commands,
  type Binder,
  type Craft,
  type DocumentRow,
  type Error as Failure,
  type Imported,
  type Project,
  type Recent,
} from "../../ipc";
import type { Notices } from "../notices/notices.svelte";

export const CRAFTS: readonly Craft[] = ["screenplay", "lyrics", "story", "notes"];

/** The project of this window and its binder. */
export class ProjectStore {
  #project = $state.raw<Project | null>(null);
  #binder = $state.raw<Binder>({ documents: [], can_undo: false, can_redo: false });
  #recents = $state.raw<Recent[]>([]);
  #notices: Notices;
  #acts = $state(0);

  /** Why there is no project. */
  problem = $state.raw<Failure | null>(null);

  readonly groups = $derived(
    CRAFTS.map((craft) => ({ craft, rows: this.#binder.documents.filter((row) => row.craft === craft) })),
  );

  constructor(notices: Notices) {
    this.#notices = notices;
  }

  get current(): Project | null {
    return this.#project;
  }
  get id(): string {
    return this.#project?.id ?? "";
  }
  get binder(): Binder {
    return this.#binder;
  }
  /** Names the binder's last act: another one, of this window or of another, gives another name. */
  get act(): string {
    const rows = this.#binder.documents.map(({ id, title, craft }) => [id, title, craft]);
    return JSON.stringify([this.id, this.#acts, rows]);
  }
  get recents(): Recent[] {
    return this.#recents;
  }
  set recents(recents: Recent[]) {
    this.#recents = recents;
  }

  show(project: Project | null): void {
    this.#project = project;
    if (project) this.#binder = project.binder;
  }

  receive(binder: Binder): void {
    this.#binder = binder;
  }

  /** How many candidates of a document stand: told by the drafts as they come and go. */
  countCandidates(id: string, open: number): void {
    if (this.row(id)?.open_candidates === open) return;
    const documents = this.#binder.documents.map((row) =>
      row.id === id ? { ...row, open_candidates: open } : row,
    );
    this.#binder = { ...this.#binder, documents };
  }

  row(id: string): DocumentRow | undefined {
    return this.#binder.documents.find((row) => row.id === id);
  }

  /** A title that no document has yet: "Untitled", "Untitled 2" … */
  freeTitle(base: string): string {
    const taken = new Set(this.#binder.documents.map((row) => row.title));
    if (!taken.has(base)) return base;
    let number = 2;
    while (taken.has(`${base} ${number}`)) number += 1;
    return `${base} ${number}`;
  }

  /** Makes a document; its id, or null when that failed. */
  async create(craft: Craft, title: string): Promise<string | null> {
    const made = await this.#try(() => commands.documentCreate(this.id, craft, title));
    if (!made) return null;
    this.#acts += 1;
    this.#binder = made[0];
    return made[1];
  }

  async rename(id: string, title: string): Promise<void> {
    await this.#change(() => commands.documentRename(this.id, id, title));
  }

  async remove(id: string): Promise<boolean> {
    return this.#change(() => commands.documentDelete(this.id, id));
  }

  async move(id: string, before: string | null): Promise<void> {
    await this.#change(() => commands.documentMove(this.id, id, before));
  }

  /** One place up or down among the documents of its craft. */
  async shift(id: string, step: 1 | -1): Promise<void> {
    const row = this.row(id);
    const rows = this.groups.find((group) => group.craft === row?.craft)?.rows ?? [];
    const at = rows.findIndex((other) => other.id === id);
    if (at + step < 0 || at + step >= rows.length) return;
    const before = step < 0 ? rows[at - 1] : rows[at + 2];
    await this.move(id, before?.id ?? null);
  }

  async undo(): Promise<void> {
    if (this.#binder.can_undo) await this.#change(() => commands.binderUndo(this.id));
  }

  async redo(): Promise<void> {
    if (this.#binder.can_redo) await this.#change(() => commands.binderRedo(this.id));
  }

  /** Imports files; what came of it, or null. Refused files show as banners. */
  async import(paths: string[] | null): Promise<Imported | null> {
    const came = await this.#try(() => commands.documentImport(this.id, paths));
    if (!came) return null;
    this.#acts += 1;
    this.#binder = came.binder;
    for (const [file, error] of came.refused) {
      this.#notices.fail({ ...error, facts: { file, ...error.facts } }, [], `import ${file}`);
    }
    return came;
  }

  async #change(call: () => Promise<Binder>): Promise<boolean> {
    const binder = await this.#try(call);
    if (binder) {
      this.#acts += 1;
      this.#binder = binder;
    }
    return binder !== null;
  }

  async #try<T>(call: () => Promise<T>): Promise<T | null> {
    try {
      return await call();
    } catch (thrown) {
      this.#notices.fail(thrown);
      return null;
    }
  }
}
