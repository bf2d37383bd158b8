import type { MessageKey, Words } from "../../i18n/words.svelte";
import {
  commands,
  draftChannel,
  failure,
  isCode,
  type Candidate,
  type DraftEvent,
  type DraftRequest,
  type Error as Failure,
  type Generation,
  type ModelState,
  type Piece,
  type Saw,
  type Span,
  type Took,
} from "../../ipc";
import type { ProjectStore } from "../binder/project.svelte";
import type { Notices } from "../notices/notices.svelte";
import type { PageStore } from "../page/page.svelte";
import type { SettingsStore } from "../settings/settings.svelte";
import { LiveDraft } from "./live.svelte";

/** What is asked, without its place. */
export type Ask = Omit<DraftRequest, "version" | "span">;
/** An ask that has no generation yet. */
export type Asking = { ask: Ask; live: LiveDraft; cancelled: boolean };

/** Keys typed between the confirmed version and the start make it stale: so many tries. */
const TRIES = 5;
/** Whole sentences are told at most this often. */
const TELLS = 5000;

export const READY_INSTRUCTIONS = ["shorter", "longer", "subtext", "tone"] as const;

/** Whether a candidate still offers something. */
export function isOpen(candidate: Candidate): boolean {
  return candidate.outcome === "open" || candidate.outcome === "partly";
}

/** What the view "What the model saw" shows. */
export type SawView = { title: string; saw: Saw | null; failed: Failure | null };

interface Parts {
  project: ProjectStore;
  page: PageStore;
  settings: SettingsStore;
  words: Words;
  notices: Notices;
  model: () => ModelState;
}

/** The drafts of the open document: asks, streams, takes. */
export class AssistantStore {
  #parts: Parts;
  #generations = $state.raw<Generation[]>([]);
  #live = $state.raw<Record<string, LiveDraft>>({});
  #asking = $state.raw<Asking | null>(null);
  #failed = $state.raw<{ ask: Ask; where: () => Span | null | Promise<Span | null>; error: Failure } | null>(
    null,
  );
  #focus = $state.raw<{ generation: string; take: number } | null>(null);
  #taken = $state.raw<Record<string, number>>({});
  #saw = $state.raw<SawView | null>(null);
  #told = { to: 0, at: 0 };
  #finished = new Set<string>();
  #rewriting = $state(false);
  #instruction = $state("");
  #starterNote = $state(false);
  #drawer = $state(true);

  /** Newest first, with what streams merged in. */
  readonly generations = $derived(
    this.#generations.map((generation) => {
      const live = this.#live[generation.id];
      return live
        ? { ...generation, candidates: generation.candidates.map((candidate) => live.merge(candidate)) }
        : generation;
    }),
  );
  /** Those that still offer something or still write. */
  readonly standing = $derived(
    this.generations.filter((generation) => generation.running || generation.candidates.some(isOpen)),
  );
  /** Standing ones below the newest that have ended: all of them can be put away at once. */
  readonly older = $derived(this.standing.slice(1).filter((generation) => !generation.running));
  readonly earlier = $derived(this.generations.filter((generation) => !this.standing.includes(generation)));
  readonly running = $derived(this.generations.find((generation) => generation.running) ?? null);
  /** The candidate that the keys act on. */
  readonly current = $derived.by(() => {
    const focused =
      this.standing.find((generation) => generation.id === this.#focus?.generation) ?? this.standing[0];
    if (!focused) return null;
    const candidates = focused.candidates.filter(isOpen);
    const candidate =
      candidates.find((each) => each.take === this.#focus?.take && focused.id === this.#focus.generation) ??
      candidates[0];
    return candidate ? { generation: focused, candidate } : null;
  });
  /** The generation whose takes stand side by side in the drawer. */
  readonly sideBySide = $derived(
    this.#drawer
      ? (this.standing.find(
          (generation) =>
            generation.candidates.length > 1 &&
            (this.#focus === null || generation.id === this.#focus.generation),
        ) ?? null)
      : null,
  );
  readonly busy = $derived(this.#asking !== null || this.running !== null);
  /** Tokens a second while something writes. */
  readonly rate = $derived(this.running ? (this.#live[this.running.id]?.rate ?? null) : null);

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  get asking() {
    return this.#asking;
  }
  /** The last ask, if it could not even start. */
  get failed() {
    return this.#failed;
  }
  get saw(): SawView | null {
    return this.#saw;
  }
  get rewriting(): boolean {
    return this.#rewriting;
  }
  get instruction(): string {
    return this.#instruction;
  }
  set instruction(text: string) {
    this.#instruction = text;
  }
  get starterNote(): boolean {
    return this.#starterNote;
  }

  live(generation: string): LiveDraft | undefined {
    return this.#live[generation];
  }
  /** Whether this window took something from it just now: Undo stands on its card. */
  undoable(candidate: string): boolean {
    return this.#taken[candidate] === this.#parts.page.version;
  }

  /** Name of a task with its instruction: "Rewrite, shorter". */
  name = (generation: { task: string; instruction: string }): string => {
    const { t, has } = this.#parts.words;
    const key = `task.${generation.task}`;
    const task = has(key) ? t(key) : generation.task;
    if (!generation.instruction) return task;
    const ready = `rewrite.${generation.instruction}`;
    return t("assistant.task_with", {
      task,
      instruction: has(ready) ? t(ready as MessageKey).toLocaleLowerCase() : generation.instruction,
    });
  };

  /** Reads the drafts of the document that has just been opened. */
  async load(): Promise<void> {
    this.#failed = null;
    this.#focus = null;
    this.#drawer = true;
    this.#generations = [];
    await this.refresh();
  }

  /** Reads them again: an undo gave a piece back, or a place is gone. */
  async refresh(): Promise<void> {
    const { project, page, notices } = this.#parts;
    const id = page.document?.id;
    if (!id) return;
    try {
      const generations = await commands.generationList(project.id, id);
      if (page.document?.id !== id) return;
      // The shell lists what stands; what was taken in this window stays known below it.
      const told = new Set(generations.map((generation) => generation.id));
      const over = this.#generations.filter((generation) => !told.has(generation.id));
      this.#generations = [...generations, ...over].sort((a, b) => b.started - a.started);
      this.#count();
    } catch (thrown) {
      notices.fail(thrown);
    }
  }

  clear(): void {
    this.#generations = [];
    this.#focus = null;
    this.#failed = null;
    this.#rewriting = false;
  }

  /** Marks in the margin, at places of the version that the page shows now. */
  async placeAnchors(): Promise<void> {
    const { project, page, notices } = this.#parts;
    const id = page.document?.id;
    const editor = page.editor;
    if (!id || !editor) return;
    try {
      const version = await editor.flush();
      const now = await commands.generationList(project.id, id);
      // Typed on meanwhile: the marks that stand move with the text by themselves.
      if (editor !== page.editor || editor.version !== version) return;
      const standing = new Set(this.standing.map((generation) => generation.id));
      page.setAnchors(
        now.filter((generation) => standing.has(generation.id)),
        this.name,
      );
    } catch (thrown) {
      notices.fail(thrown, [], "page");
    }
  }

  /** News of a generation, from this window or another. */
  receive(generation: Generation): void {
    if (generation.document !== this.#parts.page.document?.id) return;
    // News that was on its way when the draft ended.
    if (generation.running && this.#finished.has(generation.id)) return;
    const gone =
      generation.candidates.length > 0 && generation.candidates.every((each) => each.outcome === "dismissed");
    const known = this.#generations.some((other) => other.id === generation.id);
    if (gone) this.#generations = this.#generations.filter((other) => other.id !== generation.id);
    else if (known)
      this.#generations = this.#generations.map((other) => (other.id === generation.id ? generation : other));
    else this.#generations = [generation, ...this.#generations];
    this.#count();
  }

  /** The binder's dot: candidates of this document that nobody took or put away. */
  #count(): void {
    const { project, page } = this.#parts;
    const open = this.#generations.flatMap((generation) => generation.candidates).filter(isOpen).length;
    if (page.document) project.countCandidates(page.document.id, open);
  }

  /** The text goes on from the caret. */
  async continue(takes: number): Promise<void> {
    await this.ask({ task: "continue", instruction: "", takes }, () => {
      const { head } = this.#parts.page.selection;
      return { from: head, to: head };
    });
  }

  /** Opens the field for an instruction. False: nothing is selected. */
  openRewrite(): boolean {
    if (!this.#parts.page.selected) return false;
    this.#rewriting = true;
    return true;
  }

  closeRewrite(): void {
    this.#rewriting = false;
    this.#parts.page.editor?.focus();
  }

  async rewrite(instruction: string, takes: number): Promise<void> {
    const { anchor, head } = this.#parts.page.selection;
    if (anchor === head || instruction.trim() === "") return;
    this.#rewriting = false;
    this.#instruction = "";
    await this.ask({ task: "rewrite", instruction: instruction.trim(), takes }, () => {
      const { anchor: from, head: to } = this.#parts.page.selection;
      return from === to ? null : { from: Math.min(from, to), to: Math.max(from, to) };
    });
  }

  /**
   * Asks the model. One ask at a time in a window: a new one stops the one before. `where` is looked up
   * when the page is confirmed; null means that there is no such place any more.
   *
   * The page stays free to write meanwhile: the shell may first wait for the model.
   */
  async ask(ask: Ask, where: () => Span | null | Promise<Span | null>): Promise<void> {
    const { project, page, notices, words } = this.#parts;
    const document = page.document?.id;
    if (!document || this.#asking) return;
    const live = new LiveDraft(ask.takes);
    const asking: Asking = { ask, live, cancelled: false };
    // From here on a second ask finds this one, also while the draft before it still stops.
    this.#asking = asking;
    this.#noteStarter();
    this.#told = { to: 0, at: 0 };
    this.#failed = null;
    this.#drawer = true;
    notices.announce(words.t("assistant.said_reading"));
    let finished: Generation | null = null;
    const hear = (event: DraftEvent) => {
      finished = live.receive(event) ?? finished;
      if (finished) this.#finish(finished);
      else if (event.type === "text") this.#tell(live);
    };
    try {
      if (this.running) await this.stop(this.running.id);
      if (asking.cancelled) return;
      const generation = await this.#start(document, ask, where, hear);
      if (!generation) return;
      if (!live.done) this.#live = { ...this.#live, [generation.id]: live };
      // The last event may have come before the answer of the command that started it.
      this.receive(finished ?? generation);
      this.focus(generation.id);
      if (asking.cancelled) await commands.draftStop(project.id, generation.id, null);
    } catch (thrown) {
      if (asking.cancelled) return;
      this.#failed = { ask, where, error: failure(thrown) };
      notices.announce(words.t("assistant.said_failed"));
    } finally {
      if (this.#asking === asking) this.#asking = null;
    }
  }

  /** Starts at the confirmed version; a key typed in between is no failure but another try. */
  async #start(
    document: string,
    { task, instruction, takes }: Ask,
    where: () => Span | null | Promise<Span | null>,
    hear: (event: DraftEvent) => void,
  ): Promise<Generation | null> {
    const { project, page } = this.#parts;
    for (let turn = 1; ; turn += 1) {
      const version = await page.editor?.flush();
      const span = await where();
      if (version === undefined || !span || page.document?.id !== document) return null;
      try {
        const request: DraftRequest = { task, version, span, instruction, takes };
        return await commands.draftStart(project.id, document, request, draftChannel(hear));
      } catch (thrown) {
        if (!isCode(thrown, "stale_version") || turn === TRIES) throw thrown;
      }
    }
  }

  #finish(generation: Generation): void {
    const { notices, words } = this.#parts;
    this.#finished.add(generation.id);
    this.receive(generation);
    const { [generation.id]: _over, ...live } = this.#live;
    this.#live = live;
    const wordCount = generation.candidates.reduce((sum, each) => sum + each.words, 0);
    const failed = generation.candidates.some((each) => each.state === "failed");
    const done = failed
      ? words.t("assistant.said_failed")
      : words.t("assistant.said_done", { words: wordCount });
    const whole = this.#parts.settings.value.announce === "whole" ? generation.candidates[0]?.text : "";
    notices.announce(whole ? `${done}. ${whole}` : done);
  }

  /** Tells a screen reader the sentences that came, if the writer wants them told. */
  #tell(live: LiveDraft): void {
    if (this.#parts.settings.value.announce !== "sentences") return;
    const text = live.text(1);
    const end = Math.max(...[". ", "! ", "? ", "\n", "。", "！", "？"].map((mark) => text.lastIndexOf(mark)));
    if (end < this.#told.to || Date.now() - this.#told.at < TELLS) return;
    this.#parts.notices.announce(text.slice(this.#told.to, end + 1).trim());
    this.#told = { to: end + 1, at: Date.now() };
  }

  /** Stops one take or all of a generation, or whatever is under way; what came is kept. */
  async stop(generation?: string, take: number | null = null): Promise<void> {
    if (generation === undefined && this.#asking) {
      // It has no name yet: it is stopped as soon as it has one.
      this.#asking.cancelled = true;
      this.#asking = null;
    }
    const id = generation ?? this.running?.id;
    if (id) await this.#try(() => commands.draftStop(this.#parts.project.id, id, take));
  }

  /** Takes the next piece of a candidate into the page. */
  async take(candidate: Candidate, piece: Piece): Promise<void> {
    await this.#into(
      (project, document, version) => commands.candidateTake(project, document, version, candidate.id, piece),
      candidate,
    );
  }

  /** Inserts what is left at the caret, since the candidate's own place is gone. */
  async insert(candidate: Candidate): Promise<void> {
    const at = this.#parts.page.selection.head;
    await this.#into(
      (project, document, version) => commands.candidateInsert(project, document, version, candidate.id, at),
      candidate,
    );
  }

  async #into(
    call: (project: string, document: string, version: number) => Promise<Took>,
    candidate: Candidate,
  ): Promise<void> {
    const { page, notices, words } = this.#parts;
    let generation: Generation | null = null;
    const done = await page.change(async (project, document, version) => {
      const took = await call(project, document, version);
      generation = took.generation;
      return took.applied;
    }, "taken");
    if (!done || !generation) {
      // Its place may be gone: the list knows.
      await this.refresh();
      return;
    }
    this.receive(generation);
    this.#focus = { generation: candidate.generation, take: candidate.take };
    this.#taken = { ...this.#taken, [candidate.id]: page.version };
    notices.announce(words.t("assistant.said_taken"));
    page.editor?.focus();
  }

  /** Takes the last piece back: the page's own undo. */
  async undoTake(): Promise<void> {
    await this.#parts.page.editor?.undo();
    await this.refresh();
  }

  async dismiss(candidate: Candidate): Promise<void> {
    const generation = await this.#try(() => commands.candidateDismiss(this.#parts.project.id, candidate.id));
    if (generation) this.receive(generation);
  }

  /** Puts every open candidate of a generation away. */
  async dismissAll(generation: Generation): Promise<void> {
    for (const candidate of generation.candidates.filter(isOpen)) await this.dismiss(candidate);
  }

  /** Puts away what stands below the newest draft. */
  async dismissOlder(): Promise<void> {
    for (const generation of this.older) await this.dismissAll(generation);
  }

  /** Another take for the same place, by the same ask. */
  async again(generation: Generation): Promise<void> {
    const { project, page } = this.#parts;
    const { task, instruction } = generation;
    await this.ask({ task, instruction, takes: Math.max(1, generation.candidates.length) }, async () => {
      // The place has moved with every key since it was last told.
      const document = page.document?.id;
      if (!document) return null;
      const now = await commands.generationList(project.id, document);
      return now.find((each) => each.id === generation.id)?.place ?? null;
    });
  }

  /** Tries the ask that failed once more. */
  async retry(): Promise<void> {
    const failed = this.#failed;
    if (failed) await this.ask(failed.ask, failed.where);
  }

  forgetFailure(): void {
    this.#failed = null;
  }

  focus(generation: string, take = 1): void {
    this.#focus = { generation, take };
    this.#drawer = true;
    requestAnimationFrame(() =>
      document.querySelector(`[data-generation="${generation}"]`)?.scrollIntoView({ block: "nearest" }),
    );
  }

  /** Chooses a take of the generation that the keys act on. */
  chooseTake(take: number): void {
    const generation = this.current?.generation;
    if (generation?.candidates[take - 1]) this.#focus = { generation: generation.id, take };
  }

  closeDrawer(): void {
    this.#drawer = false;
  }
  openDrawer(generation: Generation): void {
    this.focus(generation.id, generation.candidates.find(isOpen)?.take ?? 1);
  }

  /** Shows the prompt of a generation, in its parts. */
  async showSaw(generation: Generation): Promise<void> {
    this.#saw = { title: this.name(generation), saw: null, failed: null };
    await this.#readSaw(() => commands.generationSaw(this.#parts.project.id, generation.id));
  }

  /** Shows what Continue would send from here. */
  async preview(): Promise<void> {
    const { page, project } = this.#parts;
    const { head } = page.selection;
    const document = page.document?.id;
    const editor = page.editor;
    if (!document || !editor) return;
    this.#saw = { title: this.#parts.words.t("task.continue"), saw: null, failed: null };
    const span = { from: head, to: head };
    await this.#readSaw(async () => {
      const version = await editor.flush();
      return commands.draftPreview(project.id, document, {
        task: "continue",
        version,
        span,
        instruction: "",
        takes: 1,
      });
    });
  }

  async #readSaw(call: () => Promise<Saw>): Promise<void> {
    const view = this.#saw;
    if (!view) return;
    try {
      const saw = await call();
      if (this.#saw === view) this.#saw = { ...view, saw };
    } catch (thrown) {
      if (this.#saw === view) this.#saw = { ...view, failed: failure(thrown) };
    }
  }

  closeSaw(): void {
    this.#saw = null;
  }

  /** Said once: the starter knows little Chinese. */
  #noteStarter(): void {
    const { settings, page } = this.#parts;
    const model = this.#parts.model();
    if (model.state !== "ready" || !model.model.starter) return;
    // A page may have become Chinese since it was opened.
    const chinese = page.document?.language === "zh-CN" || /\p{Script=Han}/u.test(page.editor?.text ?? "");
    if (!chinese || settings.said("starter_chinese")) return;
    settings.say("starter_chinese");
    this.#starterNote = true;
  }
  closeStarterNote(): void {
    this.#starterNote = false;
  }

  async #try<T>(call: () => Promise<T>): Promise<T | null> {
    try {
      return await call();
    } catch (thrown) {
      this.#parts.notices.fail(thrown);
      return null;
    }
  }
}
