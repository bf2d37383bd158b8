import type { Words } from "../../i18n/words.svelte";
import type { Problem } from "../../ipc";

/** A finding in words: `problem.<code>`, and what was likely meant. */
export function problemText(words: Words, problem: Problem): string {
  const key = `problem.${problem.code}`;
  const what = words.has(key)
    ? words.t(key, { found: problem.found })
    : words.t("problem.other", { found: problem.found || problem.code });
  return problem.suggestion ? words.t("problems.meant", { what, suggestion: problem.suggestion }) : what;
}
