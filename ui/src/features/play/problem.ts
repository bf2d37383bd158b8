import type { Words } from "../../i18n/words.svelte";
import type { PlayProblem } from "../../ipc";

/** Why play stopped, in words. */
export function playProblem(words: Words, problem: PlayProblem): string {
  const key = `play.problem.${problem.code}`;
  return words.has(key)
    ? words.t(key, { found: problem.found })
    : words.t("play.problem.runtime", { found: problem.found });
}
