import { ChangeSet, Text } from "@codemirror/state";
import { expect, test } from "vitest";
import type { Applied, Edit, PageNews, Selection } from "../ipc/bindings";
import { Sync, fromChanges } from "./sync";

const caret = (at: number): Selection => ({ anchor: at, head: at });
const news = (version: number): PageNews => ({
  version,
  patch: { from: 0, removed: 0, lines: [] },
  outline: null,
  problems: null,
  counts: { words: 0, characters: 0, pages: null },
});

/** A studio that keeps the text and answers when told to. */
class Far {
  text: Text;
  version = 0;
  asked: { edit: Edit; answer: () => void; refuse: () => void }[] = [];
  constructor(text: string) {
    this.text = Text.of(text.split("\n"));
  }
  edit = (edit: Edit) =>
    new Promise<PageNews>((resolve, reject) => {
      this.asked.push({
        edit,
        answer: () => {
          expect(edit.base).toBe(this.version);
          this.text = fromChanges(edit.changes, this.text.length).apply(this.text);
          this.version += 1;
          resolve(news(this.version));
        },
        refuse: () => reject(new Error("no")),
      });
    });
  /** A change of its own. */
  change(from: number, to: number, insert: string): Applied {
    const changes = [{ from, to, insert }];
    this.text = fromChanges(changes, this.text.length).apply(this.text);
    this.version += 1;
    return { changes, selection: caret(from), news: news(this.version) };
  }
}

function near(far: Far) {
  const failures: unknown[] = [];
  const sync = new Sync(far.text, 0, far, { confirmed: () => {}, failed: (e) => failures.push(e) });
  const page = { text: far.text };
  const type = (at: number, insert: string) => {
    const set = ChangeSet.of({ from: at, insert }, page.text.length);
    page.text = set.apply(page.text);
    sync.changed(set, "typing", caret(at), caret(at + insert.length));
  };
  return { sync, page, type, failures };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

test("keys typed while an edit is under way go out as one batch after it", async () => {
  const far = new Far("ab");
  const { sync, type, page } = near(far);
  type(2, "c");
  type(3, "d");
  type(4, "e");
  expect(far.asked.length).toBe(1);
  far.asked[0]!.answer();
  await settle();
  expect(far.asked.length).toBe(2);
  expect(far.asked[1]!.edit.changes).toEqual([{ from: 3, to: 3, insert: "de" }]);
  far.asked[1]!.answer();
  await settle();
  expect(far.text.toString()).toBe(page.text.toString());
  expect(sync.unconfirmed).toBeNull();
  expect(sync.version).toBe(2);
});

test("what the studio changes is mapped through keys that came meanwhile", async () => {
  const far = new Far("one two three");
  const { sync, type, page } = near(far);
  const done = sync.exclusive(async () => {
    const applied = far.change(0, 3, "ONE and");
    type(13, "!"); // typed before the answer was received
    const set = sync.receive(applied);
    page.text = set.apply(page.text);
  });
  await done;
  expect(page.text.toString()).toBe("ONE and two three!");
  far.asked[0]!.answer();
  await settle();
  expect(far.text.toString()).toBe("ONE and two three!");
});

test("a refused edit stays on the page and goes out again", async () => {
  const far = new Far("a");
  const { sync, type, failures } = near(far);
  type(1, "b");
  far.asked[0]!.refuse();
  await settle();
  expect(failures.length).toBe(1);
  type(2, "c");
  expect(far.asked[1]!.edit.changes).toEqual([{ from: 1, to: 1, insert: "bc" }]);
  far.asked[1]!.answer();
  expect(await sync.flush()).toBe(1);
  expect(far.text.toString()).toBe("abc");
});

test("exclusive calls wait for what is unconfirmed, and for each other", async () => {
  const far = new Far("x");
  const { sync, type } = near(far);
  const order: string[] = [];
  type(1, "y");
  const first = sync.exclusive(async (version) => void order.push(`first at ${version}`));
  const second = sync.exclusive(async (version) => void order.push(`second at ${version}`));
  await settle();
  expect(order).toEqual([]);
  far.asked[0]!.answer();
  await Promise.all([first, second]);
  expect(order).toEqual(["first at 1", "second at 1"]);
});

test("a composition is one edit, whoever flushes meanwhile", async () => {
  const far = new Far("");
  const { sync, type } = near(far);
  sync.compose(true);
  type(0, "n");
  const flushed = sync.flush();
  type(1, "i");
  await settle();
  expect(far.asked.length).toBe(0);
  sync.compose(false);
  expect(far.asked.length).toBe(1);
  expect(far.asked[0]!.edit.changes).toEqual([{ from: 0, to: 0, insert: "ni" }]);
  far.asked[0]!.answer();
  expect(await flushed).toBe(1);
});
