import { autocompletion, type CompletionContext, type CompletionResult } from "@codemirror/autocomplete";
import type { Extension } from "@codemirror/state";
import type { Completion } from "../ipc";

/** Names of characters, headings, knots and the like, as the craft's parser proposes them. */
export function craftCompletion(ask: (at: number) => Promise<Completion | null>): Extension {
  const source = async (context: CompletionContext): Promise<CompletionResult | null> => {
    if (context.view?.compositionStarted) return null;
    const answer = await ask(context.pos);
    if (!answer || context.aborted || answer.items.length === 0) return null;
    const typed = context.state.sliceDoc(answer.from, context.pos);
    const only = answer.items.length === 1 ? answer.items[0] : undefined;
    if (only && only.text === typed) return null;
    return {
      from: answer.from,
      to: answer.to,
      filter: false,
      options: answer.items.map((item, index) => ({ label: item.text, type: item.kind, boost: -index })),
    };
  };
  // Nothing is chosen until an arrow says so: Enter and Tab belong to the craft.
  return autocompletion({
    selectOnOpen: false,
    override: [source],
    icons: false,
    closeOnBlur: true,
    maxRenderedOptions: 50,
  });
}
