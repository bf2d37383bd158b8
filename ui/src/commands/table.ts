/**
 * The one table of commands. Palette, native menus, shortcuts, tooltips and `aria-keyshortcuts` are
 * views of it; the words are the catalogue's `command.<id>`.
 */
import type { MessageKey } from "../i18n/words.svelte";
import type { Piece } from "../ipc";
import type { Studio } from "../studio.svelte";

export const COMMAND_IDS = [
  "file.new",
  "file.open",
  "file.open_window",
  "file.sample",
  "file.save_copy",
  "file.import",
  "file.export",
  "file.export_html",
  "file.write",
  "file.close",
  "edit.undo",
  "edit.redo",
  "edit.find",
  "edit.replace",
  "edit.find_project",
  "edit.bold",
  "edit.italic",
  "edit.underline",
  "binder.screenplay",
  "binder.lyrics",
  "binder.story",
  "binder.notes",
  "binder.rename",
  "binder.delete",
  "binder.up",
  "binder.down",
  "view.palette",
  "view.binder",
  "view.page",
  "view.right",
  "view.next_pane",
  "view.previous_pane",
  "view.authors",
  "view.history",
  "view.zoom_in",
  "view.zoom_out",
  "view.zoom_reset",
  "view.full_screen",
  "view.settings",
  "view.models",
  "view.shortcuts",
  "draft.continue",
  "draft.takes",
  "draft.rewrite",
  "draft.stop",
  "draft.preview",
  "draft.again",
  "draft.dismiss_earlier",
  "take.word",
  "take.line",
  "take.paragraph",
  "take.all",
  "take.first",
  "take.second",
  "take.third",
  "go.to",
  "go.back",
  "go.forward",
  "go.target",
  "play.here",
  "play.start",
  "play.back",
  "page.who",
  "page.say_line",
  "help.log",
] as const;
export type CommandId = (typeof COMMAND_IDS)[number];

export type MenuName = "file" | "edit" | "view" | "draft" | "go" | "help";

/** Where its keys count: anywhere, or only while the focus is there. */
export type Scope = "window" | "page" | "binder";

export interface Command {
  menu: MenuName | null;
  /** A rule above it in its menu. */
  rule?: true;
  /** Chords on Linux and Windows, the first is the one shown. */
  keys?: readonly string[];
  mac?: readonly string[];
  scope?: Scope;
  /** Runs while a dialog is open, too. */
  always?: true;
  /** More will be asked: its name ends in "…". */
  asks?: true;
  /** True, or the reason why it can't run now. */
  when?(studio: Studio): true | MessageKey;
  run(studio: Studio): void | Promise<void>;
}

const project = ({ project }: Studio): true | MessageKey => (project.current ? true : "why.no_project");
const writable = (studio: Studio): true | MessageKey =>
  studio.project.current?.read_only ? "why.read_only" : project(studio);
const document = ({ page }: Studio): true | MessageKey => (page.document ? true : "why.no_document");
const editable = (studio: Studio): true | MessageKey =>
  studio.project.current?.read_only ? "why.read_only" : document(studio);
const story = ({ page }: Studio): true | MessageKey =>
  page.document?.craft === "story" ? true : "why.no_story";
const drafts = (studio: Studio): true | MessageKey => {
  const free = editable(studio);
  if (free !== true) return free;
  return studio.assistant.asking ? "why.asking" : true;
};
const selection = (studio: Studio): true | MessageKey => {
  const free = drafts(studio);
  return free !== true ? free : studio.page.selected ? true : "why.no_selection";
};
const candidate = ({ assistant }: Studio): true | MessageKey =>
  assistant.current ? true : "why.no_candidate";
const placed = (studio: Studio): true | MessageKey => {
  const now = studio.assistant.current;
  if (!now) return "why.no_candidate";
  return now.generation.place ? true : "why.no_place";
};
const takeable = (studio: Studio): true | MessageKey => {
  const free = placed(studio);
  if (free !== true) return free;
  const candidate = studio.assistant.current?.candidate;
  return candidate && candidate.taken < candidate.text.length ? true : "why.nothing_left";
};
const binderRow = ({ binder }: Studio): true | MessageKey => (binder.focused ? true : "why.no_row");

function take(piece: Piece) {
  return (studio: Studio) => {
    const now = studio.assistant.current;
    return now ? studio.assistant.take(now.candidate, piece) : undefined;
  };
}

export const TABLE: Record<CommandId, Command> = {
  "file.new": { menu: "file", keys: ["Mod+Shift+N"], asks: true, run: (studio) => studio.newProject() },
  "file.open": {
    menu: "file",
    keys: ["Mod+O"],
    asks: true,
    run: (studio) => studio.openProject(null, false),
  },
  "file.open_window": { menu: "file", asks: true, run: (studio) => studio.openProject(null, true) },
  "file.sample": { menu: "file", run: (studio) => studio.openSample() },
  "file.save_copy": {
    menu: "file",
    rule: true,
    asks: true,
    when: project,
    run: (studio) => studio.saveCopy(),
  },
  "file.import": {
    menu: "file",
    rule: true,
    asks: true,
    when: writable,
    run: (studio) => studio.importFiles(null),
  },
  "file.export": {
    menu: "file",
    asks: true,
    when: document,
    run: (studio) => studio.exportDocument("source"),
  },
  "file.export_html": {
    menu: "file",
    asks: true,
    when: document,
    run: (studio) => studio.exportDocument("html"),
  },
  "file.write": {
    menu: "file",
    rule: true,
    keys: ["Mod+S"],
    always: true,
    when: project,
    run: ({ page }) => page.write(),
  },
  "file.close": { menu: "file", keys: ["Mod+W"], run: (studio) => studio.closeWindow() },

  "edit.undo": { menu: "edit", keys: ["Mod+Z"], when: project, run: (studio) => studio.undo() },
  "edit.redo": {
    menu: "edit",
    keys: ["Mod+Shift+Z", "Mod+Y"],
    mac: ["Mod+Shift+Z"],
    when: project,
    run: (studio) => studio.redo(),
  },
  "edit.find": {
    menu: "edit",
    rule: true,
    keys: ["Mod+F"],
    when: document,
    run: (studio) => studio.find(false),
  },
  "edit.replace": {
    menu: "edit",
    keys: ["Mod+H"],
    mac: ["Mod+Alt+F"],
    when: editable,
    run: (studio) => studio.find(true),
  },
  "edit.find_project": {
    menu: "edit",
    keys: ["Mod+Shift+F"],
    when: project,
    run: (studio) => studio.findInProject(),
  },
  "edit.bold": {
    menu: "edit",
    rule: true,
    keys: ["Mod+B"],
    scope: "page",
    when: editable,
    run: ({ page }) => page.editor?.emphasis("bold"),
  },
  "edit.italic": {
    menu: "edit",
    keys: ["Mod+I"],
    scope: "page",
    when: editable,
    run: ({ page }) => page.editor?.emphasis("italic"),
  },
  "edit.underline": {
    menu: "edit",
    keys: ["Mod+U"],
    scope: "page",
    when: editable,
    run: ({ page }) => page.editor?.emphasis("underline"),
  },

  "binder.screenplay": {
    menu: "file",
    rule: true,
    when: writable,
    run: ({ binder }) => binder.startNew("screenplay"),
  },
  "binder.lyrics": { menu: "file", when: writable, run: ({ binder }) => binder.startNew("lyrics") },
  "binder.story": { menu: "file", when: writable, run: ({ binder }) => binder.startNew("story") },
  "binder.notes": { menu: "file", when: writable, run: ({ binder }) => binder.startNew("notes") },
  "binder.rename": {
    menu: null,
    keys: ["F2"],
    mac: ["F2"],
    scope: "binder",
    when: binderRow,
    run: ({ binder }) => binder.startRename(),
  },
  "binder.delete": {
    menu: null,
    keys: ["Delete"],
    mac: ["Mod+Backspace"],
    scope: "binder",
    when: binderRow,
    run: (studio) => studio.deleteDocument(),
  },
  "binder.up": {
    menu: null,
    keys: ["Alt+Shift+ArrowUp"],
    scope: "binder",
    when: binderRow,
    run: ({ binder }) => binder.shift(-1),
  },
  "binder.down": {
    menu: null,
    keys: ["Alt+Shift+ArrowDown"],
    scope: "binder",
    when: binderRow,
    run: ({ binder }) => binder.shift(1),
  },

  "view.palette": {
    menu: "view",
    keys: ["Mod+Shift+P"],
    asks: true,
    run: ({ palette }) => palette.show("commands"),
  },
  "view.binder": { menu: "view", rule: true, keys: ["Mod+1"], run: (studio) => studio.togglePane("binder") },
  "view.page": { menu: "view", keys: ["Mod+2"], when: document, run: ({ page }) => page.editor?.focus() },
  "view.right": { menu: "view", keys: ["Mod+3"], run: (studio) => studio.togglePane("right") },
  "view.next_pane": { menu: "view", keys: ["F6"], run: (studio) => studio.focusPane(1) },
  "view.previous_pane": { menu: "view", keys: ["Shift+F6"], run: (studio) => studio.focusPane(-1) },
  "view.authors": {
    menu: "view",
    rule: true,
    keys: ["Mod+Shift+A"],
    when: document,
    run: ({ page }) => page.setAuthors(page.authors === null),
  },
  "view.history": {
    menu: "view",
    keys: ["Mod+Shift+H"],
    when: document,
    run: (studio) => studio.toggleHistory(),
  },
  "view.zoom_in": { menu: "view", rule: true, keys: ["Mod+="], run: (studio) => studio.zoom(10) },
  "view.zoom_out": { menu: "view", keys: ["Mod+-"], run: (studio) => studio.zoom(-10) },
  "view.zoom_reset": { menu: "view", keys: ["Mod+0"], run: (studio) => studio.zoom(0) },
  "view.full_screen": {
    menu: "view",
    rule: true,
    keys: ["F11"],
    mac: ["Ctrl+Mod+F"],
    run: (studio) => studio.fullScreen(),
  },
  "view.settings": {
    menu: "file",
    rule: true,
    keys: ["Mod+,"],
    asks: true,
    run: (studio) => studio.openSettings("general"),
  },
  "view.models": { menu: "draft", rule: true, asks: true, run: (studio) => studio.openSettings("models") },
  "view.shortcuts": { menu: "help", run: (studio) => studio.openSettings("shortcuts") },

  "draft.continue": { menu: "draft", keys: ["Mod+Enter"], when: drafts, run: (studio) => studio.draft(1) },
  "draft.takes": { menu: "draft", keys: ["Mod+Shift+Enter"], when: drafts, run: (studio) => studio.draft(3) },
  "draft.rewrite": {
    menu: "draft",
    keys: ["Mod+;", "Mod+E"],
    mac: ["Mod+;"],
    asks: true,
    when: selection,
    run: (studio) => studio.rewrite(),
  },
  "draft.stop": {
    menu: "draft",
    keys: ["Escape"],
    mac: ["Escape", "Mod+."],
    run: (studio) => studio.stopOrDismiss(),
  },
  "draft.again": {
    menu: "draft",
    keys: ["Alt+Backspace"],
    mac: ["Ctrl+Mod+Backspace"],
    when: placed,
    run: ({ assistant }) => (assistant.current ? assistant.again(assistant.current.generation) : undefined),
  },
  "draft.dismiss_earlier": {
    menu: "draft",
    when: ({ assistant }) => (assistant.older.length > 0 ? true : "why.no_earlier"),
    run: ({ assistant }) => assistant.dismissOlder(),
  },
  "draft.preview": { menu: "draft", asks: true, when: document, run: ({ assistant }) => assistant.preview() },
  "take.word": {
    menu: "draft",
    rule: true,
    keys: ["Alt+ArrowRight"],
    mac: ["Ctrl+Mod+ArrowRight"],
    when: takeable,
    run: take("word"),
  },
  "take.line": {
    menu: "draft",
    keys: ["Alt+ArrowDown"],
    mac: ["Ctrl+Mod+ArrowDown"],
    when: takeable,
    run: take("line"),
  },
  "take.paragraph": {
    menu: "draft",
    keys: ["Alt+Shift+ArrowDown"],
    mac: ["Shift+Ctrl+Mod+ArrowDown"],
    when: takeable,
    run: take("paragraph"),
  },
  "take.all": {
    menu: "draft",
    keys: ["Alt+Enter"],
    mac: ["Ctrl+Mod+Enter"],
    when: takeable,
    run: take("all"),
  },
  "take.first": {
    menu: null,
    keys: ["Alt+1"],
    mac: ["Ctrl+Mod+1"],
    when: candidate,
    run: ({ assistant }) => assistant.chooseTake(1),
  },
  "take.second": {
    menu: null,
    keys: ["Alt+2"],
    mac: ["Ctrl+Mod+2"],
    when: candidate,
    run: ({ assistant }) => assistant.chooseTake(2),
  },
  "take.third": {
    menu: null,
    keys: ["Alt+3"],
    mac: ["Ctrl+Mod+3"],
    when: candidate,
    run: ({ assistant }) => assistant.chooseTake(3),
  },

  "go.to": {
    menu: "go",
    keys: ["Mod+J"],
    asks: true,
    when: project,
    run: ({ palette }) => palette.show("goto"),
  },
  "go.back": {
    menu: "go",
    rule: true,
    when: ({ page }) => (page.canGoBack ? true : "why.no_back"),
    run: ({ page }) => page.travel(-1),
  },
  "go.forward": {
    menu: "go",
    when: ({ page }) => (page.canGoForward ? true : "why.no_forward"),
    run: ({ page }) => page.travel(1),
  },
  "go.target": { menu: "go", keys: ["F12"], when: document, run: (studio) => studio.goToTarget() },
  "play.here": {
    menu: "go",
    rule: true,
    keys: ["F5"],
    mac: ["Mod+R"],
    when: story,
    run: (studio) => studio.startPlay(true),
  },
  "play.start": {
    menu: "go",
    keys: ["Shift+F5"],
    mac: ["Mod+Shift+R"],
    when: story,
    run: (studio) => studio.startPlay(false),
  },
  "play.back": {
    menu: "go",
    when: ({ play }) => (play.now?.can_step_back ? true : "why.no_step_back"),
    run: ({ play }) => play.back(),
  },

  "page.who": { menu: "view", when: document, run: (studio) => studio.showWho() },
  "page.say_line": { menu: null, when: document, run: (studio) => studio.sayLine() },
  "help.log": { menu: "help", asks: true, run: (studio) => studio.showLog() },
};
