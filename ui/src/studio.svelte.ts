import { tick } from "svelte";

import { Dispatcher } from "./commands/dispatcher";
import type { Platform } from "./commands/keys";
import { buildMenus } from "./commands/menus";
import { Toasts } from "./design/toasts.svelte";
import { dialogs } from "./design/dialogs.svelte";
import { AssistantStore, isOpen } from "./features/assistant/assistant.svelte";
import { BinderView } from "./features/binder/binder.svelte";
import { ProjectStore } from "./features/binder/project.svelte";
import { HistoryStore } from "./features/history/history.svelte";
import { ModelsStore } from "./features/models/models.svelte";
import { Notices } from "./features/notices/notices.svelte";
import { PageStore } from "./features/page/page.svelte";
import { PaletteStore } from "./features/palette/palette.svelte";
import { Layout, PANES, type Pane } from "./features/panes/layout.svelte";
import { PlayStore } from "./features/play/play.svelte";
import { SearchStore } from "./features/search/search.svelte";
import { SettingsStore } from "./features/settings/settings.svelte";
import { Words, type Language } from "./i18n/words.svelte";
import {
  closeWindow,
  commands,
  failure,
  on,
  onFileDrag,
  setTitle,
  toggleFullScreen,
  type AuthorRun,
  type LogTail,
  type Project,
  type Start,
} from "./ipc";

export type SettingsSection =
  "general" | "page" | "assistant" | "models" | "shortcuts" | "privacy" | "language";
export type RightTab = "assistant" | "play";

/** Whether a file dropped on the window is a project, by its name. */
const isProjectFile = (path: string) => /\.palimpsest$/i.test(path);

/** Who wrote a place, on view. */
export interface WhoView {
  run: AuthorRun | null;
  text: string;
}

/** One window: its stores, and the verbs that need more than one of them. */
export class Studio {
  readonly words = new Words();
  readonly notices = new Notices();
  readonly toasts = new Toasts();
  readonly settings = new SettingsStore(this.notices.fail);
  readonly layout = new Layout(this.settings);
  readonly project = new ProjectStore(this.notices);
  readonly page = new PageStore(this.project, this.settings, this.words, this.notices);
  readonly models = new ModelsStore(this.project, this.settings, this.notices);
  readonly assistant = new AssistantStore({
    project: this.project,
    page: this.page,
    settings: this.settings,
    words: this.words,
    notices: this.notices,
    model: () => this.models.state,
  });
  readonly history = new HistoryStore(this.project, this.page, this.notices);
  readonly play = new PlayStore(this.project, this.page);
  readonly search = new SearchStore(this.project, this.page);
  readonly palette = new PaletteStore();
  readonly binder = new BinderView(this.project, () => this.layout.show("binder", true));
  readonly commands: Dispatcher;

  #start: Start;
  #systemDark = $state(false);
  #section = $state<SettingsSection | null>(null);
  #rightTab = $state<RightTab>("assistant");
  #hints = $state(false);
  #log = $state.raw<LogTail | null>(null);
  #who = $state.raw<WhoView | null>(null);
  #fileOver = $state(false);

  readonly language = $derived.by<Language>(() => {
    const chosen =
      this.settings.value.language === "system" ? this.#start.system_language : this.settings.value.language;
    return chosen.startsWith("zh") ? "zh-CN" : "en";
  });
  readonly theme = $derived.by(() => {
    const { theme } = this.settings.value;
    if (theme === "light" || theme === "dark") return theme;
    return this.#systemDark ? "dark" : "light";
  });
  /** The right pane holds history instead, while that is open. */
  readonly tab = $derived.by<RightTab>(() =>
    this.page.document?.craft === "story" ? this.#rightTab : "assistant",
  );

  constructor(start: Start) {
    this.#start = start;
    this.#systemDark = start.system_dark;
    this.#hints = start.first_start;
    this.commands = new Dispatcher(this, start.platform as Platform);
    this.settings.receive(start.settings);
    this.words.use(this.language);
    this.models.receive(start.model);
    this.project.recents = start.recents;
    this.project.problem = start.problem;
    this.page.hears = {
      anchor: (generation) => this.#showCard(generation),
      changed: () => this.play.edited(),
      opened: (document) => {
        this.layout.craft = document.craft;
        this.play.stop();
        void this.assistant.load();
        if (this.history.open) void this.history.load();
      },
    };
  }

  get start(): Start {
    return this.#start;
  }
  /** A dialog or sheet is over the window. */
  get modal(): boolean {
    return dialogs.any;
  }
  get section(): SettingsSection | null {
    return this.#section;
  }
  set section(section: SettingsSection | null) {
    this.#section = section;
  }
  /** The card of the very first start. */
  get hints(): boolean {
    return this.#hints;
  }
  get log(): LogTail | null {
    return this.#log;
  }
  get who(): WhoView | null {
    return this.#who;
  }
  get fileOver(): boolean {
    return this.#fileOver;
  }

  /** Listens to the shell and shows the project of this window. */
  async begin(): Promise<void> {
    on("saved-changed", ({ project, saved }) => {
      if (project !== this.project.id) return;
      this.page.saved.receive(saved);
      if (saved.state === "failed") this.#unsaved(saved.error);
      else if (saved.state === "saved") this.notices.dismiss("unsaved");
    });
    on("model-changed", ({ model }) => this.models.receive(model));
    on("settings-changed", (settings) => this.settings.receive(settings));
    on("generation-changed", (generation) => this.assistant.receive(generation));
    on("page-changed", ({ project, document, applied }) => {
      if (project === this.project.id && document === this.page.document?.id) this.page.receive(applied);
    });
    on("binder-changed", ({ project, binder }) => {
      if (project === this.project.id) this.project.receive(binder);
    });
    onFileDrag((drag) => {
      this.#fileOver =
        drag.type === "over" && this.project.current !== null && !drag.paths.every(isProjectFile);
      if (drag.type === "drop") void this.#dropped(drag.paths);
    });
    // WebKitGTK does not learn the desktop's setting; elsewhere the webview knows it and follows.
    const dark = matchMedia("(prefers-color-scheme: dark)");
    dark.addEventListener("change", () => (this.#systemDark = dark.matches));
    if (this.#start.project) await this.show(this.#start.project);
  }

  /** Shows a project in this window. */
  async show(project: Project): Promise<void> {
    await this.page.flush();
    this.page.close();
    this.assistant.clear();
    this.history.close();
    this.search.close();
    this.play.stop();
    this.page.saved.reset();
    this.project.problem = null;
    this.project.show(project);
    setTitle(`${project.title} – Palimpsest`);
    const first =
      project.binder.documents.find((row) => row.id === project.last_document) ?? project.binder.documents[0];
    if (first) await this.page.open(first.id);
  }

  async newProject(): Promise<void> {
    await this.#enter(() => commands.projectNew());
  }
  async openProject(path: string | null, newWindow: boolean): Promise<void> {
    await this.#enter(() => commands.projectOpen(path, newWindow), newWindow);
  }
  async openSample(): Promise<void> {
    await this.#enter(() => commands.projectSample());
  }

  /** Dropped files: projects open, all else comes into the binder. */
  async #dropped(paths: string[]): Promise<void> {
    for (const path of paths.filter(isProjectFile)) {
      await this.openProject(path, this.project.current !== null);
    }
    const rest = paths.filter((path) => !isProjectFile(path));
    if (rest.length > 0 && this.project.current) await this.importFiles(rest);
  }

  async #enter(call: () => Promise<Project | null>, elsewhere = false): Promise<void> {
    try {
      await this.page.flush();
      const project = await call();
      if (project && !elsewhere) await this.show(project);
      this.project.recents = await commands.projectRecents();
    } catch (thrown) {
      // On the start page its own card says it, beside the ways out.
      if (this.project.current) this.notices.fail(thrown, [], "project");
      else this.project.problem = failure(thrown);
    }
  }

  async saveCopy(): Promise<void> {
    await this.page.flush();
    const path = await commands.projectSaveCopy(this.project.id);
    if (path) this.toasts.show({ text: this.words.t("toast.copy_saved", { path }) });
  }

  async importFiles(paths: string[] | null): Promise<void> {
    const came = await this.project.import(paths);
    const first = came?.documents[0];
    if (first) await this.page.open(first);
    if (came && came.documents.length > 1) {
      this.toasts.show({ text: this.words.t("toast.imported", { count: came.documents.length }) });
    }
  }

  async exportDocument(format: "source" | "html"): Promise<void> {
    const id = this.page.document?.id;
    if (!id) return;
    await this.page.flush();
    const path = await commands.documentExport(this.project.id, id, format);
    if (path) this.toasts.show({ text: this.words.t("toast.exported", { path }) });
  }

  async deleteDocument(id = this.binder.focused): Promise<void> {
    const row = id ? this.project.row(id) : undefined;
    if (!id || !row) return;
    const rows = this.project.groups.flatMap((group) => group.rows);
    const at = rows.findIndex((other) => other.id === id);
    const next = rows[at + 1] ?? rows[at - 1];
    const open = this.page.document?.id === id;
    if (open) await this.page.flush();
    if (!(await this.project.remove(id))) return;
    // The binder's undo takes its last act back, whatever that is: the offer stands while it is this one.
    const act = this.project.act;
    const stands = () => this.project.act === act;
    if (open) {
      if (next) await this.page.open(next.id, null, false);
      else this.page.close();
    }
    this.binder.focus(next?.id ?? null);
    this.toasts.show({
      text: this.words.t("toast.deleted", { title: row.title }),
      stands,
      action: {
        text: this.words.t("action.undo"),
        run: () => {
          if (stands()) void this.project.undo().then(() => (open ? this.page.open(id) : undefined));
        },
      },
    });
  }

  closeWindow(): void {
    void this.page.flush().finally(closeWindow);
  }

  async undo(): Promise<void> {
    if (this.focusedPart() === "binder") await this.project.undo();
    else {
      await this.page.editor?.undo();
      if (this.assistant.generations.length > 0) await this.assistant.refresh();
    }
  }
  async redo(): Promise<void> {
    if (this.focusedPart() === "binder") await this.project.redo();
    else {
      await this.page.editor?.redo();
      if (this.assistant.generations.length > 0) await this.assistant.refresh();
    }
  }

  /** Find in the document; with its panel open already, over the project. */
  find(replace: boolean): void {
    const inPanel = document.activeElement?.closest(".cm-search") !== null && document.activeElement !== null;
    if (inPanel && !replace) this.findInProject();
    else this.page.editor?.openSearch(replace);
  }
  findInProject(): void {
    this.layout.show("binder", true);
    this.search.show();
    this.#focus('[data-testid="search-text"]');
  }

  async goToTarget(): Promise<void> {
    const target = await this.page.editor?.goToTarget();
    if (target) await this.page.open(target.document, target.span);
    else this.notices.tell(this.words.t("why.no_target"));
  }

  draft(takes: number): Promise<void> | void {
    this.layout.show("right", true);
    this.#rightTab = "assistant";
    this.history.close();
    this.#knowsKeys();
    return this.assistant.continue(takes);
  }
  rewrite(): void {
    this.layout.show("right", true);
    this.#rightTab = "assistant";
    this.history.close();
    this.#knowsKeys();
    if (this.assistant.openRewrite()) this.#focus('[data-testid="rewrite-free"]');
  }

  /** Esc: stops what runs; else puts the standing candidate away; else gives the keys back to the page. */
  stopOrDismiss(): void {
    const { assistant, page } = this;
    const current = assistant.current;
    if (assistant.busy) void assistant.stop();
    else if (this.history.viewing) this.history.back();
    else if (this.focusedPart() !== "page") page.editor?.focus();
    else if (current) {
      const open = current.generation.candidates.filter(isOpen);
      if (open.length > 1 && !assistant.sideBySide) void assistant.dismiss(current.candidate);
      else void assistant.dismissAll(current.generation);
    }
  }

  setTab(tab: RightTab): void {
    this.#rightTab = tab;
  }
  startPlay(here: boolean): Promise<void> {
    this.layout.show("right", true);
    this.history.close();
    this.#rightTab = "play";
    this.#focus('[data-testid="play"]');
    return this.play.start(here ? this.page.selection.head : null);
  }

  async toggleHistory(): Promise<void> {
    if (this.history.open) {
      this.history.close();
      this.page.editor?.focus();
    } else {
      this.layout.show("right", true);
      await this.history.show();
      this.#focus('[data-testid="history"] [tabindex="0"]');
    }
  }

  /** Shows a pane and goes there; with the focus in it already, hides it. */
  togglePane(pane: "binder" | "right"): void {
    const open = pane === "binder" ? this.layout.binderOpen : this.layout.rightOpen;
    const inside = document.activeElement?.closest(`[data-pane="${pane}"]`);
    if (open && inside) {
      this.layout.show(pane, false);
      this.page.editor?.focus();
    } else {
      this.layout.show(pane, true);
      void tick().then(() => this.#enterPane(pane));
    }
  }
  /** The header's buttons: show or hide, whoever has the keys. */
  flipPane(pane: "binder" | "right"): void {
    const open = pane === "binder" ? this.layout.binderOpen : this.layout.rightOpen;
    this.layout.show(pane, !open);
    if (!open) void tick().then(() => this.#enterPane(pane));
  }

  /** F6: the next pane that is there. */
  focusPane(step: 1 | -1): void {
    const here = PANES.findIndex((pane) => document.activeElement?.closest(`[data-pane="${pane}"]`));
    for (let turn = 1; turn <= PANES.length; turn += 1) {
      const at = (Math.max(here, 0) + turn * step + PANES.length * turn) % PANES.length;
      if (this.#enterPane(PANES[at] ?? "page")) return;
    }
  }

  #enterPane(pane: Pane): boolean {
    const element = document.querySelector<HTMLElement>(`[data-pane="${pane}"]`);
    if (!element) return false;
    if (pane === "page" && this.page.editor && !this.history.viewing) {
      this.page.editor.focus();
      return true;
    }
    const stops = [
      ...element.querySelectorAll<HTMLElement>(
        '[data-entry], [tabindex="0"], button:not([tabindex="-1"]), input',
      ),
    ];
    const stop =
      stops.find((each) => each.dataset["entry"] !== undefined) ??
      stops.find((each) => !each.hasAttribute("disabled") && each.offsetParent !== null);
    stop?.focus();
    return stop !== undefined;
  }

  #focus(selector: string): void {
    void tick().then(() =>
      requestAnimationFrame(() => document.querySelector<HTMLElement>(selector)?.focus()),
    );
  }

  /** Where the keys go: the page's text, the binder, a field of the window, or elsewhere. */
  focusedPart(): "page" | "binder" | "field" | "window" {
    const at = document.activeElement;
    if (at?.closest(".cm-content")) return "page";
    if (at instanceof HTMLInputElement || at instanceof HTMLTextAreaElement) return "field";
    if (at?.closest('[data-pane="binder"]')) return "binder";
    return "window";
  }

  zoom(step: number): void {
    const zoom = step === 0 ? 100 : this.settings.value.zoom + step;
    this.settings.set({ zoom: Math.max(80, Math.min(200, zoom)) });
  }
  fullScreen(): Promise<void> {
    return toggleFullScreen();
  }
  openSettings(section: SettingsSection): void {
    this.#section = section;
  }
  endHints(): void {
    this.#knowsKeys();
    this.page.editor?.focus();
  }
  /** The hints make room for the first card: who drafts has read them. */
  #knowsKeys(): void {
    if (!this.#hints) return;
    this.#hints = false;
    this.settings.say("first_hints");
  }

  async showLog(): Promise<void> {
    this.#log = await commands.logRead();
  }
  closeLog(): void {
    this.#log = null;
  }

  /** Author, model and time of the text at the caret. */
  async showWho(): Promise<void> {
    const id = this.page.document?.id;
    if (!id) return;
    await this.page.flush();
    const runs = await commands.documentAuthors(this.project.id, id);
    const at = this.page.selection.head;
    const run =
      runs.find(({ span }) => span.from <= at && at < span.to) ??
      runs.find(({ span }) => span.to === at) ??
      null;
    const text = run
      ? (this.page.editor?.text.slice(run.span.from, Math.min(run.span.to, run.span.from + 80)) ?? "")
      : "";
    this.#who = { run, text };
  }
  closeWho(): void {
    this.#who = null;
  }

  /** For a screen reader: what the caret's line is. */
  sayLine(): void {
    const { page, words } = this;
    const here = page.outline[page.here];
    const text = page.editor?.text ?? "";
    const { head } = page.selection;
    // A search that begins before the text would look at its first letter.
    const from = head === 0 ? 0 : text.lastIndexOf("\n", head - 1) + 1;
    const end = text.indexOf("\n", from);
    const number = text.slice(0, from).split("\n").length;
    this.notices.announce(
      words.t("page.said_line", {
        number,
        line: text.slice(from, end < 0 ? undefined : end),
        part: here?.title ?? "",
      }),
    );
  }

  #showCard(generation: string): void {
    this.layout.show("right", true);
    this.#rightTab = "assistant";
    this.history.close();
    this.assistant.focus(generation);
  }

  #unsaved(error: Start["problem"]): void {
    if (!error) return;
    this.notices.fail(
      error,
      [
        { text: this.words.t("action.save_elsewhere"), run: () => void this.saveCopy() },
        { text: this.words.t("action.try_again"), run: () => void this.page.write() },
      ],
      "unsaved",
    );
  }

  /** The menus again, in the language and with the keys of now. */
  menus(): void {
    buildMenus(this);
  }
}
