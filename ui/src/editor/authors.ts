import { StateEffect, StateField, type Extension, type Range, type Text } from "@codemirror/state";
import { Decoration, EditorView, type DecorationSet } from "@codemirror/view";
import type { AuthorRun } from "../ipc";

/** Who wrote what; null turns the tint off. */
export const setAuthorRuns = StateEffect.define<readonly AuthorRun[] | null>();

const LETTERS: Record<string, string> = { model: "M", other: "O", file: "F", unknown: "?" };

/** The line where a run begins to say something: there its letter stands. */
function firstLineWithText(doc: Text, from: number, to: number): number | null {
  for (let at = from; at < to;) {
    const line = doc.lineAt(at);
    if (line.text.trim() !== "") return line.from;
    at = line.to + 1;
  }
  return null;
}

/** Washes, underlines and letters of everybody but the writer. Text typed since is the writer's: bare. */
const authorField = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(runs, tr) {
    let now = tr.docChanged ? runs.map(tr.changes) : runs;
    for (const effect of tr.effects) {
      if (!effect.is(setAuthorRuns)) continue;
      if (effect.value === null) {
        now = Decoration.none;
        continue;
      }
      const ranges: Range<Decoration>[] = [];
      const lettered = new Set<number>();
      for (const run of effect.value) {
        const kind = run.kind;
        const [from, to] = [run.span.from, Math.min(run.span.to, tr.newDoc.length)];
        if (kind === "person" || from >= to) continue;
        const mark = Decoration.mark({
          class: `by by-${kind}`,
          attributes: { title: run.name },
          inclusive: false,
        });
        ranges.push(mark.range(from, to));
        const line = firstLineWithText(tr.newDoc, from, to);
        if (line !== null && !lettered.has(line)) {
          lettered.add(line);
          const attributes = { "data-by": LETTERS[kind] ?? "?" };
          ranges.push(Decoration.line({ class: `line-by line-by-${kind}`, attributes }).range(line));
        }
      }
      now = Decoration.set(ranges, true);
    }
    return now;
  },
  provide: (field) => EditorView.decorations.from(field),
});

const setFresh = StateEffect.define<{ from: number; to: number } | "fade" | "gone">({
  map: (span, changes) =>
    typeof span === "string" ? span : { from: changes.mapPos(span.from, 1), to: changes.mapPos(span.to, -1) },
});

/** The violet wash on text just taken from a candidate: six seconds, then it fades. */
const freshField = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(fresh, tr) {
    let now = tr.docChanged ? fresh.map(tr.changes) : fresh;
    for (const effect of tr.effects) {
      if (!effect.is(setFresh)) continue;
      const value = effect.value;
      if (value === "gone") {
        now = Decoration.none;
      } else if (value === "fade") {
        const ranges: Range<Decoration>[] = [];
        now.between(0, tr.newDoc.length, (from, to) => {
          if (from < to) ranges.push(Decoration.mark({ class: "fresh fading" }).range(from, to));
        });
        now = Decoration.set(ranges);
      } else if (value.from < value.to) {
        now = now.update({ add: [Decoration.mark({ class: "fresh" }).range(value.from, value.to)] });
      }
    }
    return now;
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** Shows where a taken piece came in, for six seconds. */
export function showFresh(view: EditorView, from: number, to: number, timers: Set<number>) {
  view.dispatch({ effects: setFresh.of({ from, to }) });
  for (const timer of timers) clearTimeout(timer);
  timers.clear();
  timers.add(window.setTimeout(() => view.dispatch({ effects: setFresh.of("fade") }), 6000));
  timers.add(window.setTimeout(() => view.dispatch({ effects: setFresh.of("gone") }), 6600));
}

/** Authors on demand, and the wash on what was just taken. */
export function authorTint(): Extension {
  return [authorField, freshField];
}
