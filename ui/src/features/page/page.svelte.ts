import { PageEditor } from "../../editor";
import type { MessageKey, Words } from "../../i18n/words.svelte";
import {
  commands,
  isCode,
  type Applied,
  type AuthorRun,
  type Counts,
  type Document,
  type Generation,
  type OutlineItem,
  type PageNews,
  type Problem,
  type Selection,
} from "../../ipc";
import { untrack } from "svelte";
import type { ProjectStore } from "../binder/project.svelte";
import type { Notices } from "../notices/notices.svelte";
import type { SettingsStore } from "../settings/settings.svelte";
import { Trail, type Place } from "./navigation";
import { phrases } from "./phrases";
import { SavedState } from "./saved.svelte";

/** After this rest the shell learns where the caret is. */
const CARET_RESTS = 300;
const AUTHORS_REST = 400;

const NO_COUNTS: Counts = { words: 0, characters: 0, pages: null };

/** What a page gives to others when something happens on it. */
export interface PageHears {
  anchor(generation: string): void;
  changed(): void;
  opened(document: Document): void;
}

/** The open document of this window and its editor. */
export class PageStore {
  #project: ProjectStore;
  #settings: SettingsStore;
  #words: Words;
  #notices: Notices;
  #editor: PageEditor | null = null;
  #trail = new Trail();
  #caretTimer: ReturnType<typeof setTimeout> | undefined;
  #authorsTimer: ReturnType<typeof setTimeout> | undefined;
  #opening = 0;
  #reveal: { from: number; to: number } | null = null;
  #focus = false;

  #document = $state.raw<Document | null>(null);
  #epoch = $state(0);
  #outline = $state.raw<OutlineItem[]>([]);
  #problems = $state.raw<Problem[]>([]);
  #counts = $state.raw<Counts>(NO_COUNTS);
  #selection = $state.raw<Selection>({ anchor: 0, head: 0 });
  #selectedWords = $state(0);
  #authors = $state.raw<AuthorRun[] | null>(null);
  #version = $state(0);
  #trailStep = $state(0);

  readonly saved = new SavedState();
  hears: PageHears = { anchor: () => {}, changed: () => {}, opened: () => {} };

  readonly selected = $derived(this.#selection.anchor !== this.#selection.head);
  /** The entry of the outline that holds the caret. */
  readonly here = $derived.by(() => {
    const head = this.#selection.head;
    let index = -1;
    for (const [at, item] of this.#outline.entries()) if (item.from <= head) index = at;
    return index;
  });
  /** Share of the characters by who wrote them, while Authors is on. */
  readonly shares = $derived.by(() => {
    if (!this.#authors) return null;
    let person = 0;
    let model = 0;
    let other = 0;
    for (const run of this.#authors) {
      const size = run.span.to - run.span.from;
      if (run.kind === "person") person += size;
      else if (run.kind === "model") model += size;
      else other += size;
    }
    const all = person + model + other || 1;
    return { person: person / all, model: model / all, other: other / all };
  });

  constructor(project: ProjectStore, settings: SettingsStore, words: Words, notices: Notices) {
    this.#project = project;
    this.#settings = settings;
    this.#words = words;
    this.#notices = notices;
  }

  get document(): Document | null {
    return this.#document;
  }
  /** Changes whenever a new editor has to be made. */
  get epoch(): number {
    return this.#epoch;
  }
  get editor(): PageEditor | null {
    return this.#editor;
  }
  get outline(): OutlineItem[] {
    return this.#outline;
  }
  get problems(): Problem[] {
    return this.#problems;
  }
  get counts(): Counts {
    return this.#counts;
  }
  get selection(): Selection {
    return this.#selection;
  }
  get selectedWords(): number {
    return this.#selectedWords;
  }
  get authors(): AuthorRun[] | null {
    return this.#authors;
  }
  /** The last version whose news came. */
  get version(): number {
    return this.#version;
  }
  get title(): string {
    const id = this.#document?.id;
    return (id && this.#project.row(id)?.title) || (this.#document?.title ?? "");
  }
  get canGoBack(): boolean {
    return this.#trailStep >= 0 && this.#trail.canGoBack;
  }
  get canGoForward(): boolean {
    return this.#trailStep >= 0 && this.#trail.canGoForward;
  }

  #place(): Place | null {
    return this.#document ? { document: this.#document.id, at: this.#selection.head } : null;
  }

  /** Opens a document, at a place where one is given. The one before it is sent to the shell first. */
  async open(id: string, to: { from: number; to: number } | null = null, focus = true): Promise<void> {
    this.#trail.jump(this.#place(), { document: id, at: to?.from ?? -1 });
    this.#trailStep += 1;
    await this.#show(id, to, focus);
  }

  /** Back or forward among the places where the writer was. */
  async travel(by: 1 | -1): Promise<void> {
    const place = this.#trail.step(by, this.#place());
    this.#trailStep += 1;
    if (place) await this.#show(place.document, place.at < 0 ? null : { from: place.at, to: place.at }, true);
  }

  async #show(id: string, to: { from: number; to: number } | null, focus: boolean): Promise<void> {
    if (this.#document?.id === id && this.#editor) {
      if (to) this.#editor.reveal(to.from, to.to);
      if (focus) this.#editor.focus();
      return;
    }
    const turn = ++this.#opening;
    try {
      await this.flush();
      const document = await commands.documentOpen(this.#project.id, id);
      if (turn !== this.#opening) return;
      this.#reveal = to;
      this.#focus = focus;
      this.#take(document);
    } catch (thrown) {
      this.#notices.fail(thrown);
    }
  }

  /** Reads the open document again: its text changed behind the editor's back. */
  async reload(): Promise<void> {
    const id = this.#document?.id;
    if (!id) return;
    const turn = ++this.#opening;
    try {
      const document = await commands.documentOpen(this.#project.id, id);
      if (turn !== this.#opening) return;
      this.#focus = this.#editor?.hasFocus() ?? false;
      this.#reveal = null;
      this.#take(document);
    } catch (thrown) {
      this.#notices.fail(thrown);
    }
  }

  close(): void {
    this.#opening += 1;
    this.#document = null;
    this.#outline = [];
    this.#problems = [];
    this.#counts = NO_COUNTS;
    this.#epoch += 1;
  }

  #take(document: Document): void {
    this.#document = document;
    this.#outline = document.outline;
    this.#problems = document.problems;
    this.#counts = document.counts;
    this.#selection = document.selection;
    this.#selectedWords = 0;
    this.#version = document.version;
    this.#epoch += 1;
    if (this.#authors) this.#readAuthors();
    this.hears.opened(document);
  }

  /** Makes the editor in its place; an attachment of the page's element. */
  mount = (parent: HTMLElement): (() => void) | void =>
    untrack(() => {
      const document = this.#document;
      if (!document) return;
      const editor = new PageEditor(parent, {
        project: this.#project.id,
        document,
        platform: globalThis.document.documentElement.dataset["platform"] ?? "linux",
        readOnly: this.#project.current?.read_only ?? false,
        settings: this.#editorSettings(),
        phrases: phrases(this.#words),
        label: this.#label(),
        placeholder: this.#placeholder(),
        on: {
          news: (news) => this.#news(news),
          selection: (selection) => this.#caret(selection),
          failed: (error) => this.#notices.fail(error, [], "page"),
          stale: () => void this.reload(),
          composing: () => {},
          anchor: (generation) => this.hears.anchor(generation),
          pending: () => this.saved.typed(),
        },
      });
      this.#editor = editor;
      if (this.#authors) editor.setAuthors(this.#authors);
      if (this.#reveal) editor.reveal(this.#reveal.from, this.#reveal.to);
      if (this.#focus) editor.focus();
      this.#reveal = null;
      this.hears.changed();
      return () => {
        if (this.#editor === editor) this.#editor = null;
        clearTimeout(this.#caretTimer);
        editor.destroy();
      };
    });

  #editorSettings() {
    const { capitals, typewriter } = this.#settings.value;
    return { capitals, typewriter };
  }
  #label(): string {
    const craft = this.#document?.craft ?? "notes";
    return this.#words.t("page.label", { title: this.title, craft: this.#words.t(`craft.${craft}`) });
  }
  #placeholder(): string {
    const key: MessageKey = `page.hint.${this.#document?.craft ?? "notes"}`;
    return this.#words.t(key);
  }

  /** After a change of settings, language or title. */
  configure(): void {
    const options = {
      settings: this.#editorSettings(),
      phrases: phrases(this.#words),
      label: this.#label(),
      placeholder: this.#placeholder(),
      readOnly: this.#project.current?.read_only ?? false,
    };
    untrack(() => this.#editor?.configure(options));
  }

  #news(news: PageNews): void {
    this.#version = news.version;
    this.#counts = news.counts;
    if (news.outline) this.#outline = news.outline;
    if (news.problems) this.#problems = news.problems;
    if (this.#authors) this.#readAuthors();
    this.hears.changed();
  }

  #caret(selection: Selection): void {
    this.#selection = selection;
    if (selection.anchor === selection.head) this.#selectedWords = 0;
    clearTimeout(this.#caretTimer);
    this.#caretTimer = setTimeout(() => void this.#rememberCaret(), CARET_RESTS);
  }

  async #rememberCaret(): Promise<void> {
    const id = this.#document?.id;
    const editor = this.#editor;
    if (!id || !editor) return;
    try {
      const version = await editor.flush();
      if (editor !== this.#editor) return;
      const words = await commands.documentSelection(this.#project.id, id, version, editor.selection);
      if (editor === this.#editor) this.#selectedWords = this.selected ? words : 0;
    } catch (thrown) {
      // Typed on meanwhile: the next rest of the caret tells it again.
      if (!isCode(thrown, "stale_version")) this.#notices.fail(thrown, [], "page");
    }
  }

  /** Sends what the shell has not got; then the text on both sides is the same. */
  async flush(): Promise<void> {
    if (this.#editor) await this.#editor.flush();
  }

  /** Sends and writes to disk now. */
  async write(): Promise<void> {
    try {
      await this.flush();
      await commands.projectFlush(this.#project.id);
    } catch (thrown) {
      this.#notices.fail(thrown, [], "page");
    }
  }

  /** A command of the shell that changes this document's text: edits wait, then its result is shown. */
  async change(
    call: (project: string, document: string, version: number) => Promise<Applied | null>,
    mark?: "taken",
  ): Promise<boolean> {
    const editor = this.#editor;
    const id = this.#document?.id;
    if (!editor || !id) return false;
    try {
      let done = false;
      await editor.exclusive(async (version) => {
        const applied = await call(this.#project.id, id, version);
        if (!applied) return;
        editor.apply(applied, mark);
        done = true;
      });
      return done;
    } catch (thrown) {
      if (isCode(thrown, "stale_version")) await this.reload();
      else this.#notices.fail(thrown, [], "page");
      return false;
    }
  }

  /** Text changed by a command that did not come from this page. */
  receive(applied: Applied): void {
    const editor = this.#editor;
    if (!editor || applied.news.version <= editor.version) return;
    if (applied.news.version === editor.version + 1) editor.apply(applied);
    else void this.reload();
  }

  /** Replaces a stretch of the page, as a step of its own. */
  async replace(from: number, to: number, insert: string): Promise<void> {
    const before = this.#selection;
    const caret = { anchor: from + insert.length, head: from + insert.length };
    await this.change(async (project, document, version) => {
      const changes = [{ from, to, insert }];
      const news = await commands.documentEdit(project, document, {
        base: version,
        changes,
        act: "format",
        before,
        after: caret,
      });
      return { changes, selection: caret, news };
    });
    this.#editor?.focus();
  }

  setAuthors(on: boolean): void {
    this.#authors = on ? [] : null;
    this.#editor?.setAuthors(this.#authors);
    if (on) this.#readAuthors();
  }

  #readAuthors(): void {
    clearTimeout(this.#authorsTimer);
    this.#authorsTimer = setTimeout(async () => {
      const id = this.#document?.id;
      const editor = this.#editor;
      if (!id || !editor || !this.#authors) return;
      try {
        const version = await editor.flush();
        const runs = await commands.documentAuthors(this.#project.id, id);
        // Typed on meanwhile: news will come and ask again.
        if (editor !== this.#editor || editor.version !== version || !this.#authors) return;
        this.#authors = runs;
        editor.setAuthors(runs);
      } catch (thrown) {
        this.#notices.fail(thrown, [], "page");
      }
    }, AUTHORS_REST);
  }

  /** Marks in the margin for candidates that wait, at places of this version. Several at one are one mark. */
  setAnchors(generations: Generation[], name: (generation: Generation) => string): void {
    const marks = new Map<
      number,
      { generation: string; from: number; to: number; label: string; count: number }
    >();
    for (const generation of generations) {
      if (!generation.place) continue;
      const at = marks.get(generation.place.from);
      if (at) at.count += 1;
      else
        marks.set(generation.place.from, {
          generation: generation.id,
          ...generation.place,
          label: name(generation),
          count: 1,
        });
    }
    this.#editor?.setAnchors([...marks.values()].sort((a, b) => a.from - b.from));
  }
}
