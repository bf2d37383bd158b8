import type { MessageKey } from "../i18n/words.svelte";
import type { Studio } from "../studio.svelte";
import { aria, chordOf, label, normalize, type Platform } from "./keys";
import { COMMAND_IDS, TABLE, type CommandId } from "./table";

/** Keys that only act when no nearer part of the window wants them: heard last, not first. */
const LAST: readonly CommandId[] = ["draft.stop"];

/** In a field of the window these keys are the field's: a word deleted, a form sent. */
const NOT_IN_FIELDS = /^(take|draft)\.(?!stop)|^edit\.(undo|redo|bold|italic|underline)$/;

/** What a browser would do with these: load the page again, print it. */
const BROWSER = [
  "F5",
  "Ctrl+R",
  "Ctrl+Shift+R",
  "Meta+R",
  "Shift+Meta+R",
  "Ctrl+P",
  "Meta+P",
  "F7",
  "Ctrl+G",
  "Meta+G",
];

/** Take keys with nothing to take do nothing, and say so. */
const SAYS_WHY = /^(take|draft)\./;

/** Runs commands by key, by id, from a menu. One dispatch for all ways. */
export class Dispatcher {
  #studio: Studio;
  readonly platform: Platform;

  constructor(studio: Studio, platform: Platform) {
    this.#studio = studio;
    this.platform = platform;
  }

  /** The chords of a command: the writer's, or the table's. */
  keys(id: CommandId): string[] {
    const own = this.#studio.settings.value.shortcuts[id];
    if (own !== undefined) return own === "" ? [] : own.split(" ");
    return [...this.defaults(id)];
  }

  defaults(id: CommandId): readonly string[] {
    const { keys = [], mac } = TABLE[id];
    return this.platform === "macos" ? (mac ?? keys) : keys;
  }

  /** The first chord as people read it, for menus and tooltips. */
  label(id: CommandId): string {
    const chord = this.keys(id)[0];
    return chord ? label(chord, this.platform) : "";
  }

  aria(id: CommandId): string | undefined {
    const chord = this.keys(id)[0];
    return chord ? aria(chord, this.platform) : undefined;
  }

  /** The commands that a chord runs, scoped ones first. */
  having(chord: string): CommandId[] {
    const wanted = normalize(chord, this.platform);
    return COMMAND_IDS.filter((id) =>
      this.keys(id).some((each) => normalize(each, this.platform) === wanted),
    ).sort((a, b) => Number(TABLE[a].scope === undefined) - Number(TABLE[b].scope === undefined));
  }

  /** True, or the reason why the command can't run. */
  when(id: CommandId): true | MessageKey {
    return TABLE[id].when?.(this.#studio) ?? true;
  }

  run(id: CommandId): void {
    const why = this.when(id);
    if (why !== true) {
      this.#studio.notices.tell(this.#studio.words.t(why));
      return;
    }
    Promise.resolve(TABLE[id].run(this.#studio)).catch((thrown: unknown) =>
      this.#studio.notices.fail(thrown),
    );
  }

  /** First ear: before the editor, so that a changed shortcut wins over the editor's own keys. */
  capture = (event: KeyboardEvent): void => this.#hear(event, false);
  /** Last ear: Esc, once completion, search and menus did not want it. */
  bubble = (event: KeyboardEvent): void => {
    if (!event.defaultPrevented) this.#hear(event, true);
  };

  #hear(event: KeyboardEvent, last: boolean): void {
    const chord = chordOf(event, this.platform);
    if (chord === "") return;
    for (const id of this.having(chord)) {
      if (LAST.includes(id) !== last) continue;
      const command = TABLE[id];
      if (this.#studio.modal && !command.always) continue;
      if (command.scope !== undefined && this.#studio.focusedPart() !== command.scope) continue;
      if (NOT_IN_FIELDS.test(id) && this.#studio.focusedPart() === "field") continue;
      const why = this.when(id);
      if (why !== true && !SAYS_WHY.test(id)) continue;
      event.preventDefault();
      event.stopPropagation();
      this.run(id);
      return;
    }
    if (!last && BROWSER.includes(chord)) event.preventDefault();
  }
}
