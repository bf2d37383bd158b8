import { StateEffect, StateField, type Extension, type Range } from "@codemirror/state";
import { Decoration, EditorView, type DecorationSet } from "@codemirror/view";
import type { Problem } from "../ipc";

/** The craft's findings. */
export const setProblems = StateEffect.define<readonly Problem[]>();

const problemField = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, tr) {
    let now = tr.docChanged ? marks.map(tr.changes) : marks;
    for (const effect of tr.effects) {
      if (!effect.is(setProblems)) continue;
      const ranges: Range<Decoration>[] = [];
      for (const problem of effect.value) {
        const from = Math.min(problem.from, tr.newDoc.length);
        const to = Math.min(problem.to, tr.newDoc.lineAt(from).to);
        if (from < to) {
          ranges.push(
            Decoration.mark({ class: problem.error ? "problem" : "problem warning" }).range(from, to),
          );
        }
      }
      now = Decoration.set(ranges, true);
    }
    return now;
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** Wavy lines under what the craft's parser found. */
export function problemMarks(): Extension {
  return problemField;
}
