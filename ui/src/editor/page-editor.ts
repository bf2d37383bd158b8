import { completionKeymap } from "@codemirror/autocomplete";
import { standardKeymap } from "@codemirror/commands";
import { markdown } from "@codemirror/lang-markdown";
import { syntaxHighlighting } from "@codemirror/language";
import { classHighlighter } from "@lezer/highlight";
import { openSearchPanel, search, searchKeymap } from "@codemirror/search";
import {
  Compartment,
  EditorSelection,
  EditorState,
  Text,
  Transaction,
  type ChangeSpec,
} from "@codemirror/state";
import {
  drawSelection,
  dropCursor,
  EditorView,
  highlightActiveLine,
  keymap,
  placeholder,
} from "@codemirror/view";
import {
  commands,
  type Act,
  type Applied,
  type AuthorRun,
  type Document,
  type Emphasis,
  type Error as StudioError,
  type Key,
  type Line,
  type PageNews,
  type Problem,
  type Selection,
  type Target,
} from "../ipc";
import { anchorMarks, setAnchorMarks, type Anchor } from "./anchors";
import { authorTint, setAuthorRuns, showFresh } from "./authors";
import { capitals, headingStart } from "./capitals";
import { craftCompletion } from "./completion";
import "./editor.css";
import { craftKeys } from "./keys";
import { intentAt, lineStyling, setIntent, setLines, settled } from "./lines";
import { problemMarks, setProblems } from "./problems";
import { patched, seenThrough } from "./sheet";
import { Sync } from "./sync";

/** What a page needs from its host, and what it tells it. */
export interface PageEditorOptions {
  project: string;
  document: Document;
  platform: string;
  readOnly: boolean;
  settings: { capitals: boolean; typewriter: boolean };
  /** CodeMirror's own words, from the catalogue. */
  phrases: Record<string, string>;
  /** Name for a screen reader. */
  label: string;
  placeholder: string;
  on: {
    /** An edit was confirmed. */
    news(news: PageNews): void;
    selection(selection: Selection): void;
    failed(error: StudioError): void;
    /** The text over there is another one: open the document again. */
    stale(): void;
    composing(yes: boolean): void;
    /** An anchor in the margin was clicked. */
    anchor(generation: string): void;
    /** The first key that is not confirmed yet. */
    pending(): void;
  };
}

/** Marks a transaction that only shows what the studio did. */
const fromStudio = Transaction.remote;

function actOf(tr: Transaction): Act {
  if (tr.isUserEvent("input.type.compose")) return "composition";
  if (tr.isUserEvent("input.type") || tr.isUserEvent("input.complete")) return "typing";
  if (tr.isUserEvent("input.paste")) return "paste";
  if (tr.isUserEvent("delete.cut")) return "cut";
  if (tr.isUserEvent("delete")) return "delete";
  if (tr.isUserEvent("input.drop") || tr.isUserEvent("move.drop")) return "drop";
  if (tr.isUserEvent("input.replace")) return "replace_all";
  return "format";
}

function toSelection(state: EditorState): Selection {
  const { anchor, head } = state.selection.main;
  return { anchor, head };
}

function toSpecs(changes: { from: number; to: number; insert: string }[]): ChangeSpec[] {
  return changes.map(({ from, to, insert }) => ({ from, to, insert: Text.of(insert.split("\n")) }));
}

/**
 * The page: CodeMirror over the studio's text. What a line is, the studio's parser says; this only shows
 * it, maps it through keys that are not confirmed yet, and sends edits.
 */
export class PageEditor {
  readonly #view: EditorView;
  readonly #sync: Sync;
  #options: PageEditorOptions;
  /** Lines of the confirmed text. */
  #lines: readonly Line[];
  #tabLeaves = false;
  #destroyed = false;
  readonly #timers = new Set<number>();
  readonly #readOnly = new Compartment();
  readonly #words = new Compartment();

  constructor(parent: HTMLElement, options: PageEditorOptions) {
    this.#options = options;
    const { document, project } = options;
    this.#lines = document.lines;
    const text = Text.of(document.text.split("\n"));
    this.#sync = new Sync(
      text,
      document.version,
      { edit: (edit) => commands.documentEdit(project, document.id, edit) },
      { confirmed: (news) => this.#confirmed(news), failed: (error) => this.#failed(error) },
    );
    this.#view = new EditorView({
      parent,
      state: EditorState.create({
        doc: text,
        selection: this.#clamped(document.selection, text.length),
        extensions: [
          this.#readOnly.of(this.#readOnlyOf(options.readOnly)),
          this.#words.of(this.#wordsOf(options)),
          craftKeys(
            (view, key) => this.#craftKey(view, key),
            () => this.#tabLeaves,
          ),
          capitals(() => this.#options.settings.capitals && document.craft === "screenplay"),
          craftCompletion((at) => this.#complete(at)),
          keymap.of([
            ...completionKeymap.filter(({ key }) => key !== "Ctrl-Space"),
            ...searchKeymap.filter(({ key }) => key === "Escape" || key === "F3"),
            ...standardKeymap,
          ]),
          search({ top: true }),
          lineStyling(),
          problemMarks(),
          authorTint(),
          anchorMarks((generation) => this.#options.on.anchor(generation)),
          document.craft === "notes" ? [markdown(), syntaxHighlighting(classHighlighter)] : [],
          EditorState.transactionExtender.of((tr) => this.#typewriter(tr)),
          drawSelection({ cursorBlinkRate: 1060 }),
          dropCursor(),
          highlightActiveLine(),
          EditorView.lineWrapping,
          EditorView.editorAttributes.of({ class: `page craft-${document.craft}` }),
          EditorView.updateListener.of((update) => {
            for (const tr of update.transactions) this.#transaction(tr);
            if (update.selectionSet || update.docChanged) this.#options.on.selection(this.selection);
          }),
          EditorView.domEventHandlers({
            beforeinput: (event) => this.#beforeInput(event),
            copy: () => this.#copied(),
            cut: (event) => this.#cut(event),
            keydown: (event) => {
              // Esc then Tab leaves the page; any other key takes that back.
              if (event.key !== "Tab") this.#tabLeaves = event.key === "Escape";
              return false;
            },
          }),
          EditorView.domEventObservers({
            compositionstart: () => {
              this.#sync.compose(true);
              this.#options.on.composing(true);
            },
            compositionend: () => this.#settleAfterComposition(),
          }),
        ],
      }),
    });
    this.#view.dispatch({ effects: [setLines.of(this.#lines), setProblems.of(document.problems)] });
    // After the first layout: before it there are no heights to scroll by.
    requestAnimationFrame(() => {
      if (this.#destroyed) return;
      const head = this.#view.state.selection.main.head;
      this.#view.dispatch({ effects: EditorView.scrollIntoView(head, { y: "center" }) });
    });
  }

  get version(): number {
    return this.#sync.version;
  }

  get selection(): Selection {
    return toSelection(this.#view.state);
  }

  get text(): string {
    return this.#view.state.doc.toString();
  }

  /** Sends what is not confirmed; resolves with the confirmed version. */
  flush(): Promise<number> {
    return this.#sync.flush();
  }

  /** Runs a command that changes the text over there, with the page's own edits out of its way. */
  exclusive<T>(call: (version: number) => Promise<T>): Promise<T> {
    return this.#sync.exclusive(call);
  }

  /** Shows what undo, redo, a taken candidate, a restore or a replacement did to the text. */
  apply(applied: Applied, mark?: "taken") {
    const busy = this.#sync.unconfirmed !== null;
    const changes = this.#sync.receive(applied);
    this.#lines = patched(this.#lines, applied.news.patch);
    const selection = busy ? undefined : this.#clamped(applied.selection, changes.newLength);
    this.#view.dispatch({
      changes,
      ...(selection ? { selection } : {}),
      effects: [setLines.of(this.#seen()), ...this.#problemEffects(applied.news.problems)],
      annotations: fromStudio.of(true),
      scrollIntoView: mark === undefined,
    });
    if (mark === "taken") {
      changes.iterChangedRanges((_fromA, _toA, from, to) => showFresh(this.#view, from, to, this.#timers));
      this.#view.dispatch({
        effects: EditorView.scrollIntoView(this.#view.state.selection.main.head, {
          y: "nearest",
          yMargin: 60,
        }),
      });
    }
    this.#options.on.news(applied.news);
  }

  async undo(): Promise<void> {
    await this.#timeTravel(() => commands.documentUndo(this.#options.project, this.#options.document.id));
  }

  async redo(): Promise<void> {
    await this.#timeTravel(() => commands.documentRedo(this.#options.project, this.#options.document.id));
  }

  setSelection(selection: Selection) {
    this.#view.dispatch({
      selection: this.#clamped(selection, this.#view.state.doc.length),
      scrollIntoView: true,
    });
  }

  /** Puts the caret (or the selection) there and scrolls so that it is seen in its surroundings. */
  reveal(from: number, to: number = from) {
    const selection = this.#clamped({ anchor: from, head: to }, this.#view.state.doc.length);
    this.#view.dispatch({
      selection,
      effects: EditorView.scrollIntoView(selection.main.from, { y: "start", yMargin: 96 }),
    });
  }

  focus() {
    this.#view.focus();
  }

  hasFocus(): boolean {
    return this.#view.hasFocus;
  }

  setAuthors(runs: AuthorRun[] | null) {
    this.#view.dispatch({ effects: setAuthorRuns.of(runs) });
  }

  setAnchors(anchors: Anchor[]) {
    this.#view.dispatch({ effects: setAnchorMarks.of(anchors) });
  }

  openSearch(replace: boolean) {
    openSearchPanel(this.#view);
    const field = replace ? "replace" : "search";
    this.#view.dom.querySelector<HTMLInputElement>(`.cm-search [name=${field}]`)?.select();
  }

  emphasis(emphasis: Emphasis) {
    void this.exclusive(async (version) => {
      const { project, document } = this.#options;
      const answer = await commands.documentEmphasis(project, document.id, version, emphasis, this.selection);
      if (answer) this.#answer(answer, "format");
    }).catch((error: unknown) => this.#failed(error));
  }

  async goToTarget(): Promise<Target | null> {
    const version = await this.flush();
    const { project, document } = this.#options;
    return commands.documentTarget(project, document.id, version, this.selection.head);
  }

  configure(
    options: Partial<Pick<PageEditorOptions, "settings" | "phrases" | "label" | "placeholder" | "readOnly">>,
  ) {
    this.#options = { ...this.#options, ...options };
    this.#view.dispatch({
      effects: [
        this.#readOnly.reconfigure(this.#readOnlyOf(this.#options.readOnly)),
        this.#words.reconfigure(this.#wordsOf(this.#options)),
      ],
    });
  }

  /** Leaves the window; what is not confirmed is sent first. */
  destroy() {
    this.#destroyed = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.#view.destroy();
    this.#sync.compose(false);
    void this.#sync.flush().finally(() => this.#sync.stop());
  }

  #transaction(tr: Transaction) {
    if (!tr.docChanged || tr.annotation(fromStudio)) return;
    const before = toSelection(tr.startState);
    if (this.#sync.unconfirmed === null) this.#options.on.pending();
    this.#sync.changed(tr.changes, actOf(tr), before, toSelection(tr.state));
  }

  /** Typewriter scrolling holds the written line at 45 % of the height. */
  #typewriter(tr: Transaction) {
    if (!this.#options.settings.typewriter || !tr.docChanged || !tr.isUserEvent("input")) return null;
    const yMargin = this.#view.scrollDOM.clientHeight * 0.45;
    return { effects: EditorView.scrollIntoView(tr.newSelection.main.head, { y: "start", yMargin }) };
  }

  #confirmed(news: PageNews) {
    this.#lines = patched(this.#lines, news.patch);
    if (this.#destroyed) return;
    if (!this.#view.compositionStarted) {
      this.#view.dispatch({ effects: [setLines.of(this.#seen()), ...this.#problemEffects(news.problems)] });
      this.#capitalHeading();
    }
    this.#options.on.news(news);
  }

  #capitalHeading() {
    if (!this.#options.settings.capitals || this.#options.document.craft !== "screenplay") return;
    if (this.#sync.unconfirmed !== null) return;
    const change = headingStart(this.#view);
    if (change) this.#view.dispatch({ changes: change, userEvent: "input.type" });
  }

  #seen(): readonly Line[] {
    const changes = this.#sync.unconfirmed;
    return changes ? seenThrough(this.#lines, this.#sync.doc, changes) : this.#lines;
  }

  #problemEffects(problems: readonly Problem[] | null) {
    // Places count in the confirmed text; while more is typed the next answer brings them anew.
    return problems && this.#sync.unconfirmed === null ? [setProblems.of(problems)] : [];
  }

  #failed(error: unknown) {
    const failure = error as StudioError;
    if (failure?.code === "stale_version") this.#options.on.stale();
    else this.#options.on.failed(failure);
  }

  #settleAfterComposition() {
    // One task later: WebKit tells the end before it has changed the text for the last time.
    setTimeout(() => {
      if (this.#destroyed || this.#view.compositionStarted) return;
      this.#view.dispatch({ effects: [setLines.of(this.#seen()), settled.of(null)] });
      this.#sync.compose(false);
      this.#options.on.composing(false);
    }, 0);
  }

  async #craftKey(view: EditorView, key: Key): Promise<void> {
    try {
      await this.exclusive(async (version) => {
        const { project, document } = this.#options;
        const answer = await commands.documentKey(
          project,
          document.id,
          version,
          key,
          this.selection,
          intentAt(this.#view),
        );
        if (answer) this.#answer(answer, key === "enter" ? "input.type" : "format");
        else if (key === "enter")
          view.dispatch(view.state.replaceSelection("\n"), { userEvent: "input.type", scrollIntoView: true });
        else if (key === "tab")
          view.dispatch(view.state.replaceSelection("\t"), { userEvent: "input.type", scrollIntoView: true });
      });
    } catch (error) {
      this.#failed(error);
    }
  }

  #answer(
    answer: {
      changes: { from: number; to: number; insert: string }[];
      selection: Selection;
      intent: string | null;
    },
    userEvent: string,
  ) {
    const changes = this.#view.state.changes(toSpecs(answer.changes));
    const selection = this.#clamped(answer.selection, changes.newLength);
    this.#view.dispatch({
      changes,
      selection,
      effects: this.#intentEffects(changes.apply(this.#view.state.doc), selection.main.head, answer.intent),
      userEvent,
      scrollIntoView: true,
    });
  }

  /** What is meant on the caret's line; a line above a speech to come is the cue that it will be. */
  #intentEffects(doc: Text, head: number, intent: string | null) {
    const effects = [setIntent.of({ at: head, kind: intent })];
    const line = doc.lineAt(head);
    if (intent === "dialogue" && line.number > 1) {
      const above = doc.line(line.number - 1);
      if (above.length > 0) effects.push(setIntent.of({ at: above.from, kind: "character" }));
    }
    return effects;
  }

  async #complete(at: number) {
    const before = this.#view.state.doc;
    const version = await this.flush();
    if (this.#view.state.doc !== before) return null;
    const { project, document } = this.#options;
    try {
      return await commands.documentComplete(project, document.id, version, at, intentAt(this.#view));
    } catch {
      return null; // A newer key has made the question void.
    }
  }

  async #timeTravel(call: () => Promise<Applied | null>) {
    try {
      await this.exclusive(async () => {
        const applied = await call();
        if (applied) this.apply(applied);
      });
    } catch (error) {
      this.#failed(error);
    }
  }

  /** The studio keeps whose the copied text is, for a paste in this project. */
  #copied(): boolean {
    const { from, to } = this.#view.state.selection.main;
    if (from < to) void this.#tellCopied(from, to);
    return false;
  }

  async #tellCopied(from: number, to: number) {
    try {
      const version = await this.flush();
      const { project, document } = this.#options;
      await commands.documentCopied(project, document.id, version, { from, to });
    } catch {
      // The text has changed meanwhile: pasting it will say "unknown".
    }
  }

  /** Cut is copy, then delete: in this order over there, too. */
  #cut(event: ClipboardEvent): boolean {
    const { from, to } = this.#view.state.selection.main;
    if (from === to || !event.clipboardData || this.#view.state.readOnly) return false;
    event.preventDefault();
    event.clipboardData.setData("text/plain", this.#view.state.sliceDoc(from, to));
    const { project, document } = this.#options;
    void this.exclusive((version) => commands.documentCopied(project, document.id, version, { from, to }))
      .catch(() => undefined)
      .then(() => {
        const now = this.#view.state.selection.main;
        if (!now.empty) {
          this.#view.dispatch({
            changes: { from: now.from, to: now.to },
            userEvent: "delete.cut",
            scrollIntoView: true,
          });
        }
      });
    return true;
  }

  #beforeInput(event: InputEvent): boolean {
    if (event.inputType !== "historyUndo" && event.inputType !== "historyRedo") return false;
    event.preventDefault();
    void (event.inputType === "historyUndo" ? this.undo() : this.redo());
    return true;
  }

  #readOnlyOf(readOnly: boolean) {
    return [EditorState.readOnly.of(readOnly)];
  }

  #wordsOf(options: PageEditorOptions) {
    return [
      EditorState.phrases.of(options.phrases),
      placeholder(options.placeholder),
      EditorView.contentAttributes.of({
        "aria-label": options.label,
        lang: options.document.language,
        spellcheck: "false",
        tabindex: "0",
        "data-testid": "page",
      }),
    ];
  }

  #clamped(selection: Selection, length: number): EditorSelection {
    const clamp = (at: number) => Math.max(0, Math.min(at, length));
    return EditorSelection.single(clamp(selection.anchor), clamp(selection.head));
  }
}
