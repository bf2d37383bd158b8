import { ChangeSet, Text } from "@codemirror/state";
import type { Act, Applied, Change, Edit, PageNews, Selection } from "../ipc";

/** An edit that the studio has not confirmed. */
interface Unconfirmed {
  changes: ChangeSet;
  act: Act;
  before: Selection;
  after: Selection;
}

/** How the studio is reached. `edit` applies an edit to the version that it names. */
export interface Studio {
  edit(edit: Edit): Promise<PageNews>;
}

/** What the owner is told. */
export interface SyncEvents {
  /** An edit was confirmed: the confirmed text is now at `news.version`. */
  confirmed(news: PageNews): void;
  /** The studio refused an edit; its text is still here, unconfirmed. */
  failed(error: unknown): void;
}

export function toChanges(set: ChangeSet): Change[] {
  const changes: Change[] = [];
  set.iterChanges((from, to, _fromB, _toB, insert) => {
    changes.push({ from, to, insert: insert.toString() });
  }, true);
  return changes;
}

export function fromChanges(changes: readonly Change[], length: number): ChangeSet {
  return ChangeSet.of(
    changes.map(({ from, to, insert }) => ({ from, to, insert: Text.of(insert.split("\n")) })),
    length,
  );
}

/**
 * Keeps the page and the studio's text in step. Typing never waits: keys apply here at once and go out
 * one batch at a time; whatever comes back meanwhile is mapped through what is still unconfirmed.
 */
export class Sync {
  #doc: Text;
  #version: number;
  #flying: Unconfirmed | null = null;
  #waiting: Unconfirmed[] = [];
  #held = 0;
  #composing = false;
  #idle: (() => void)[] = [];
  #turn: Promise<unknown> = Promise.resolve();
  #stopped = false;

  constructor(
    doc: Text,
    version: number,
    private readonly studio: Studio,
    private readonly events: SyncEvents,
  ) {
    this.#doc = doc;
    this.#version = version;
  }

  /** Version that the studio confirmed last. */
  get version(): number {
    return this.#version;
  }

  /** The confirmed text. */
  get doc(): Text {
    return this.#doc;
  }

  /** What leads from the confirmed text to the page; null when they are equal. */
  get unconfirmed(): ChangeSet | null {
    const all = this.#flying ? [this.#flying, ...this.#waiting] : this.#waiting;
    if (all.length === 0) return null;
    return all.map((edit) => edit.changes).reduce((a, b) => a.compose(b));
  }

  /** An input method composes: nothing goes out until it has ended, so that it is one edit and one act. */
  compose(yes: boolean) {
    this.#composing = yes;
    if (!yes) this.send();
  }

  /** A change was made on the page. */
  changed(changes: ChangeSet, act: Act, before: Selection, after: Selection) {
    const last = this.#waiting[this.#waiting.length - 1];
    if (last && last.act === act && (act === "typing" || act === "composition" || act === "delete")) {
      last.changes = last.changes.compose(changes);
      last.after = after;
    } else {
      this.#waiting.push({ changes, act, before, after });
    }
    this.send();
  }

  /** Sends what waits, unless something is under way. */
  send() {
    if (this.#flying || this.#held > 0 || this.#composing || this.#stopped) return;
    const next = this.#waiting.shift();
    if (!next) {
      for (const resolve of this.#idle.splice(0)) resolve();
      return;
    }
    this.#flying = next;
    void this.#fly(next);
  }

  async #fly(edit: Unconfirmed) {
    try {
      const news = await this.studio.edit({
        base: this.#version,
        changes: toChanges(edit.changes),
        act: edit.act,
        before: edit.before,
        after: edit.after,
      });
      this.#doc = edit.changes.apply(this.#doc);
      this.#version = news.version;
      this.#flying = null;
      this.events.confirmed(news);
      this.send();
    } catch (error) {
      // The text stays on the page; it goes out again with the next key or flush.
      this.#waiting.unshift(edit);
      this.#flying = null;
      this.events.failed(error);
      for (const resolve of this.#idle.splice(0)) resolve();
    }
  }

  /** Resolves with the confirmed version once nothing is unconfirmed (or the studio refused). */
  flush(): Promise<number> {
    if (!this.#flying && this.#waiting.length === 0) return Promise.resolve(this.#version);
    return new Promise((resolve) => {
      this.#idle.push(() => resolve(this.#version));
      this.send();
    });
  }

  /**
   * Runs a command that changes the text over there: after what is unconfirmed has gone, with later
   * keys held back until it has answered and its result was received.
   */
  exclusive<T>(call: (version: number) => Promise<T>): Promise<T> {
    const run = this.#turn.then(async () => {
      await this.flush();
      this.#held += 1;
      try {
        return await call(this.#version);
      } finally {
        this.#held -= 1;
        this.send();
      }
    });
    this.#turn = run.catch(() => undefined);
    return run;
  }

  /**
   * Takes in a change that the studio made to the confirmed text. Returns it as it applies to the page,
   * which may hold keys typed meanwhile.
   */
  receive(applied: Applied): ChangeSet {
    const theirs = fromChanges(applied.changes, this.#doc.length);
    let mapped = theirs;
    const all = this.#flying ? [this.#flying, ...this.#waiting] : this.#waiting;
    for (const edit of all) {
      const ours = edit.changes;
      edit.changes = ours.map(mapped, true);
      mapped = mapped.map(ours);
    }
    this.#doc = theirs.apply(this.#doc);
    this.#version = applied.news.version;
    return mapped;
  }

  /** Nothing is sent any more. */
  stop() {
    this.#stopped = true;
  }
}
