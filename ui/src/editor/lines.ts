import { StateEffect, StateField, type Extension, type Range } from "@codemirror/state";
import { Decoration, EditorView, ViewPlugin, type DecorationSet, type ViewUpdate } from "@codemirror/view";
import type { Line } from "../ipc";
import { seenThrough } from "./sheet";

/** The lines of the page as they are to be shown from now on. */
export const setLines = StateEffect.define<readonly Line[]>();
/** The writer means this element on the line at `at`, although its text does not say so yet; null: no more. */
export const setIntent = StateEffect.define<{ at: number; kind: string | null }>({
  map: (intent, changes) => ({ ...intent, at: changes.mapPos(intent.at, -1) }),
});

/** Lines as the studio sees them, one per line of the page. */
export const linesField = StateField.define<readonly Line[]>({
  create: () => [],
  update(lines, tr) {
    for (const effect of tr.effects) if (effect.is(setLines)) return effect.value;
    return tr.docChanged ? seenThrough(lines, tr.startState.doc, tr.changes) : lines;
  },
});

interface Intent {
  at: number;
  kind: string;
}

/** What the writer means where the parser cannot know yet. Kept near the caret only. */
export const intentField = StateField.define<readonly Intent[]>({
  create: () => [],
  update(intents, tr) {
    let now = intents;
    if (tr.docChanged && now.length > 0) {
      now = now.map((intent) => ({ ...intent, at: tr.changes.mapPos(intent.at, -1) }));
    }
    for (const effect of tr.effects) {
      if (!effect.is(setIntent)) continue;
      const { kind } = effect.value;
      const line = tr.newDoc.lineAt(Math.min(effect.value.at, tr.newDoc.length));
      now = now.filter(
        (intent) => tr.newDoc.lineAt(Math.min(intent.at, tr.newDoc.length)).from !== line.from,
      );
      if (kind !== null) now = [...now, { at: line.from, kind }];
    }
    if (now.length > 0 && (tr.docChanged || tr.selection)) {
      const caret = tr.newDoc.lineAt(tr.newSelection.main.head).number;
      const near = now.filter(
        (intent) => Math.abs(tr.newDoc.lineAt(Math.min(intent.at, tr.newDoc.length)).number - caret) <= 1,
      );
      if (near.length !== now.length) now = near;
    }
    return now;
  },
});

/** Kinds that an intent may stand in for: what a line is while its text is not clear yet. */
const UNCLEAR = new Set(["blank", "action", "fresh"]);

/** What the writer means on the caret's line, while the parser cannot know. */
export function intentAt(view: EditorView): string | null {
  const { doc, selection } = view.state;
  const line = doc.lineAt(selection.main.head).from;
  const intents = view.state.field(intentField);
  return intents.find((intent) => doc.lineAt(Math.min(intent.at, doc.length)).from === line)?.kind ?? null;
}

/** The element that a line is shown as. */
export function kindAt(view: EditorView, from: number): string {
  const lines = view.state.field(linesField);
  const number = view.state.doc.lineAt(from).number;
  const kind = lines[number - 1]?.kind ?? "fresh";
  if (!UNCLEAR.has(kind)) return kind;
  for (const intent of view.state.field(intentField)) {
    if (view.state.doc.lineAt(Math.min(intent.at, view.state.doc.length)).number === number)
      return intent.kind;
  }
  return kind;
}

const lineDecorations = new Map<string, Decoration>();
function lineDecoration(kind: string, depth: number, gutter: string | null): Decoration {
  const key = `${kind}/${depth}/${gutter ?? ""}`;
  let decoration = lineDecorations.get(key);
  if (!decoration) {
    const attributes: Record<string, string> = gutter === null ? {} : { "data-n": gutter };
    decoration = Decoration.line({ class: `k-${kind} d-${Math.min(depth, 9)}`, attributes });
    if (lineDecorations.size > 5000) lineDecorations.clear();
    lineDecorations.set(key, decoration);
  }
  return decoration;
}

const markDecorations = new Map<string, Decoration>();
function markDecoration(kind: string): Decoration {
  let decoration = markDecorations.get(kind);
  if (!decoration) {
    decoration = Decoration.mark({ class: `m-${kind}` });
    markDecorations.set(kind, decoration);
  }
  return decoration;
}

/** More marks than this on one line are not drawn: a pasted line of a megabyte must not stop the window. */
const MARKS_PER_LINE = 400;

function decorate(view: EditorView): DecorationSet {
  const lines = view.state.field(linesField);
  const doc = view.state.doc;
  const ranges: Range<Decoration>[] = [];
  for (const { from, to } of view.visibleRanges) {
    for (let at = from; at <= to;) {
      const line = doc.lineAt(at);
      const seen = lines[line.number - 1];
      if (seen) {
        ranges.push(lineDecoration(kindAt(view, line.from), seen.depth, seen.gutter).range(line.from));
        for (const [a, b, kind] of seen.marks.slice(0, MARKS_PER_LINE)) {
          const [start, end] = [line.from + a, Math.min(line.from + b, line.to)];
          if (start < end) {
            const hangs = kind === "syntax" && a === 0 && b <= 2;
            ranges.push(markDecoration(hangs ? `syntax hang-${b}` : kind).range(start, end));
          }
        }
      }
      at = line.to + 1;
    }
  }
  return Decoration.set(ranges, true);
}

/**
 * Styles the visible lines. While an input method composes nothing is redrawn: the decorations that
 * stand are only moved, since changing the composing line's DOM would drop characters.
 */
const lineStyles = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;
    #stale = false;

    constructor(view: EditorView) {
      this.decorations = decorate(view);
    }

    update(update: ViewUpdate) {
      const over = update.transactions.some((tr) => tr.effects.some((e) => e.is(settled)));
      if (update.view.compositionStarted && !over) {
        this.decorations = this.decorations.map(update.changes);
        this.#stale = true;
        return;
      }
      const news = update.transactions.some((tr) =>
        tr.effects.some((e) => e.is(setLines) || e.is(setIntent)),
      );
      if (update.docChanged || update.viewportChanged || update.selectionSet || news || over || this.#stale) {
        this.#stale = false;
        this.decorations = decorate(update.view);
      }
    }
  },
  { decorations: (plugin) => plugin.decorations },
);

/** The composition has ended: what was held back is drawn now. */
export const settled = StateEffect.define<null>();

/** Kinds, marks and margin figures of the lines. */
export function lineStyling(): Extension {
  return [linesField, intentField, lineStyles];
}
