import { EditorView, runScopeHandlers } from "@codemirror/view";
import { Prec, type Extension } from "@codemirror/state";
import { acceptCompletion, completionStatus } from "@codemirror/autocomplete";
import type { Key } from "../ipc";

/** Answers a craft's key; resolves when the page holds the answer. */
export type AnswerKey = (view: EditorView, key: Key) => Promise<void>;

/**
 * Tab, Shift+Tab and Enter belong to the craft, whose answer takes a moment. Keys pressed meanwhile are
 * kept and played after it, in order, so that quick typing never overtakes an Enter.
 */
class CraftKeys {
  #waiting: KeyboardEvent[] = [];
  #busy = false;

  constructor(private readonly answer: AnswerKey) {}

  keydown(event: KeyboardEvent, view: EditorView): boolean {
    // An input method has the key: Enter that confirms, Tab that chooses (WebKit sends 229 after the end).
    if (event.isComposing || event.keyCode === 229 || view.compositionStarted) return false;
    if (this.#busy) {
      if (event.key === "Shift" || event.key === "Control" || event.key === "Alt" || event.key === "Meta")
        return false;
      event.preventDefault();
      this.#waiting.push(event);
      return true;
    }
    return this.#press(event, view);
  }

  #press(event: KeyboardEvent, view: EditorView): boolean {
    const key = craftKey(event);
    if (!key || view.state.readOnly) return false;
    if (key !== "shift_tab" && completionStatus(view.state) === "active" && acceptCompletion(view)) {
      event.preventDefault();
      return true;
    }
    event.preventDefault();
    this.#busy = true;
    void this.answer(view, key).finally(() => {
      this.#busy = false;
      this.#play(view);
    });
    return true;
  }

  #play(view: EditorView) {
    while (!this.#busy) {
      const event = this.#waiting.shift();
      if (!event) return;
      if (this.#press(event, view)) continue;
      if (runScopeHandlers(view, event, "editor")) continue;
      if (event.key.length >= 1 && [...event.key].length === 1 && !event.ctrlKey && !event.metaKey) {
        typeText(view, event.key);
      } else if (event.ctrlKey || event.metaKey || event.altKey) {
        // A shortcut of the window: let it go its way.
        window.dispatchEvent(new KeyboardEvent("keydown", event));
      }
    }
  }
}

function craftKey(event: KeyboardEvent): Key | null {
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  if (event.key === "Enter" && !event.shiftKey) return "enter";
  if (event.key === "Tab") return event.shiftKey ? "shift_tab" : "tab";
  return null;
}

/** Types as the keyboard does, input handlers included. */
export function typeText(view: EditorView, text: string) {
  const { from, to } = view.state.selection.main;
  const insert = () =>
    view.state.update({
      changes: { from, to, insert: text },
      selection: { anchor: from + text.length },
      userEvent: "input.type",
      scrollIntoView: true,
    });
  for (const handler of view.state.facet(EditorView.inputHandler)) {
    if (handler(view, from, to, text, insert)) return;
  }
  view.dispatch(insert());
}

/** The craft's keys. Above every other key binding of the editor. */
export function craftKeys(answer: AnswerKey, tabLeaves: () => boolean): Extension {
  const keys = new CraftKeys(answer);
  return Prec.highest(
    EditorView.domEventHandlers({
      keydown: (event, view) => (event.key === "Tab" && tabLeaves() ? false : keys.keydown(event, view)),
    }),
  );
}
