import type { MessageKey, Words } from "../../i18n/words.svelte";

/** CodeMirror's own words and where the catalogue has them. */
const PHRASES: Record<string, MessageKey> = {
  Find: "editor.find",
  Replace: "editor.replace_with",
  next: "editor.next",
  previous: "editor.previous",
  all: "editor.all",
  "match case": "editor.match_case",
  regexp: "editor.regexp",
  "by word": "editor.by_word",
  replace: "editor.replace",
  "replace all": "editor.replace_all",
  close: "editor.close",
  "current match": "editor.current_match",
  "replaced $ matches": "editor.replaced_matches",
  "replaced match on line $": "editor.replaced_on_line",
  "on line": "editor.on_line",
  "Go to line": "editor.go_to_line",
  go: "editor.go",
  Completions: "editor.completions",
  "Control character": "editor.control_character",
  "Selection deleted": "editor.selection_deleted",
};

/** The phrases in the window's language. */
export function phrases(words: Words): Record<string, string> {
  return Object.fromEntries(Object.entries(PHRASES).map(([phrase, key]) => [phrase, words.t(key)]));
}
