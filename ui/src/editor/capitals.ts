import { EditorView } from "@codemirror/view";
import type { Extension } from "@codemirror/state";
import { kindAt } from "./lines";

const CAPITAL_KINDS = new Set(["scene_heading", "character", "transition", "shot"]);
/** An extension `(V.O.)` is typed as it is; `@` keeps a name as written. */
function typedAsIs(before: string): boolean {
  return /^\s*@/.test(before) || /\([^)]*$/.test(before);
}

/**
 * Capitals in cues and headings while typing. Never while an input method composes: a composed word comes
 * in by itself, and Han text has no capitals. (`composing` would not do: it is true from the second change on.)
 */
export function capitals(enabled: () => boolean): Extension {
  return EditorView.inputHandler.of((view, from, to, text) => {
    if (!enabled() || view.compositionStarted || view.state.readOnly) return false;
    const line = view.state.doc.lineAt(from);
    if (!CAPITAL_KINDS.has(kindAt(view, from))) return false;
    if (typedAsIs(line.text.slice(0, from - line.from))) return false;
    const upper = text.toUpperCase();
    if (upper === text || upper.length !== text.length) return false;
    view.dispatch({
      changes: { from, to, insert: upper },
      selection: { anchor: from + upper.length },
      userEvent: "input.type",
      scrollIntoView: true,
    });
    return true;
  });
}

/** The start of a heading was typed before anybody knew that it would be one: `int. ` becomes `INT. `. */
export function headingStart(view: EditorView): { from: number; to: number; insert: string } | null {
  const head = view.state.selection.main.head;
  const line = view.state.doc.lineAt(head);
  if (kindAt(view, head) !== "scene_heading") return null;
  const start = /^(?:int|ext|est|i\/e|int\.?\/ext|ext\.?\/int)\b/i.exec(line.text)?.[0];
  if (!start || start === start.toUpperCase()) return null;
  return { from: line.from, to: line.from + start.length, insert: start.toUpperCase() };
}
