import type { Words } from "../../i18n/words.svelte";
import type { Error as Failure } from "../../ipc";

/** A failure in the three sentences that every failure has. */
export interface FailureWords {
  what: string;
  kept: string;
  todo: string;
}

/** What happened, what was kept, what to do. A code without words falls back to the general ones. */
export function failureWords(words: Words, error: Failure): FailureWords {
  const code = words.has(`error.${error.code}`) ? error.code : "internal";
  const say = (suffix: string) => {
    const key = `error.${code}${suffix}`;
    // What a draft that failed had written; nothing where none was under way.
    return words.has(key) ? words.t(key, { words: 0, ...error.facts }) : "";
  };
  return { what: say(""), kept: say(".kept"), todo: say(".do") };
}

/** What Details shows and Copy copies. */
export function failureDetail(error: Failure): string {
  const facts = Object.entries(error.facts).map(([name, value]) => `${name}: ${value}`);
  return [error.code, ...facts, error.detail].filter((line) => line !== "").join("\n");
}
