import type { MessageKey, Words } from "../../i18n/words.svelte";
import type { Error as Failure } from "../../ipc";

/** A failure in the three sentences that every failure has. */
export interface FailureWords {
  what: string;
  kept: string;
  todo: string;
}

/**
 * Codes that speak of saving elsewhere. Where a project could not be opened, no text of it is in memory:
 * other sentences are true then.
 */
const OPENING: Partial<Record<string, { what?: MessageKey; todo: MessageKey }>> = {
  disk_full: { what: "start.disk_full", todo: "start.disk_full.do" },
  project_busy: { what: "start.busy", todo: "start.busy.do" },
  not_saved: { what: "start.not_saved", todo: "start.not_saved.do" },
  project_read_only: { todo: "start.read_only.do" },
};

/** The sentences of a failure to open a project. */
export function openingWords(words: Words, error: Failure): FailureWords {
  const said = failureWords(words, error);
  const own = OPENING[error.code];
  if (!own) return said;
  return {
    what: own.what ? words.t(own.what) : said.what,
    kept: words.t("start.kept"),
    todo: words.t(own.todo),
  };
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
