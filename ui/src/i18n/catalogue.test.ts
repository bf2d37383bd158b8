import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

import { parse, TYPE, type MessageFormatElement } from "@formatjs/icu-messageformat-parser";
import { expect, test } from "vitest";

import { COMMAND_IDS, TABLE } from "../commands/table";
import { READY_INSTRUCTIONS } from "../features/assistant/assistant.svelte";
import { CRAFTS } from "../features/binder/project.svelte";
import { ROWS, SECTIONS } from "../features/settings/rows";
import { AUTHOR_KINDS, ERROR_CODES, PLAY_PROBLEMS, PROBLEM_CODES, SAW_PARTS } from "./codes";
import en from "./en.json";
import zh from "./zh-CN.json";

const keys = Object.keys(en);

/** Keys that code builds from a name: each family with all its members. */
const FAMILIES: [RegExp, string[]][] = [
  [/^command\./, COMMAND_IDS.map((id) => `command.${id}`)],
  [/^menu\./, [...new Set(COMMAND_IDS.flatMap((id) => TABLE[id].menu ?? []))].map((menu) => `menu.${menu}`)],
  [/^craft\./, CRAFTS.map((craft) => `craft.${craft}`)],
  [/^page\.hint\./, CRAFTS.map((craft) => `page.hint.${craft}`)],
  [/^outline\.empty\./, CRAFTS.map((craft) => `outline.empty.${craft}`)],
  [/^error\./, ERROR_CODES.flatMap((code) => [`error.${code}`, `error.${code}.kept`, `error.${code}.do`])],
  [/^problem\./, [...PROBLEM_CODES, "other"].map((code) => `problem.${code}`)],
  [/^saw\.part\./, SAW_PARTS.map((name) => `saw.part.${name}`)],
  [/^play\.problem\./, PLAY_PROBLEMS.map((code) => `play.problem.${code}`)],
  [/^who\.(?!nobody)/, AUTHOR_KINDS.map((kind) => `who.${kind}`)],
  [/^rewrite\.(?!free|title)/, READY_INSTRUCTIONS.map((id) => `rewrite.${id}`)],
  [/^settings\.section\./, SECTIONS.map((name) => `settings.section.${name}`)],
  [
    /^settings\.[a-z_]+(\.help)?$/,
    ROWS.flatMap((row) => [`settings.${row.name}`, `settings.${row.name}.help`]),
  ],
  [
    /^assistant\.does\./,
    ["draft.continue", "draft.takes", "draft.rewrite"].map((id) => `assistant.does.${id}`),
  ],
];
/** Of the settings' own keys, those that are no row. */
const SETTINGS_WORDS = ["settings.changed", "settings.reset", "settings.search"];

function sources(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return sources(path);
    return /\.(svelte|ts)$/.test(name) && !/\.test\.ts$/.test(name) ? [readFileSync(path, "utf8")] : [];
  });
}

/** The names of a message's arguments, those inside plurals too. */
function names(elements: MessageFormatElement[]): Set<string> {
  const found = new Set<string>();
  for (const element of elements) {
    if (element.type === TYPE.literal || element.type === TYPE.pound) continue;
    found.add(element.value);
    if (element.type === TYPE.plural || element.type === TYPE.select) {
      for (const option of Object.values(element.options))
        for (const name of names(option.value)) found.add(name);
    }
  }
  return found;
}

test("both languages have the same messages", () => {
  expect(Object.keys(zh)).toEqual(keys);
});

test("each message parses and has the same values in both languages", () => {
  for (const key of keys as (keyof typeof en)[]) {
    const english = names(parse(en[key]));
    const chinese = names(parse(zh[key]));
    expect(chinese, key).toEqual(english);
    expect(zh[key].trim(), key).not.toBe("");
  }
});

test("each family of keys has all its members and no others", () => {
  for (const [pattern, members] of FAMILIES) {
    const have = keys.filter((key) => pattern.test(key) && !SETTINGS_WORDS.includes(key));
    expect(have.sort(), String(pattern)).toEqual([...members].sort());
  }
});

test("no message is unused", () => {
  const text = sources("src").join("\n");
  const unused = keys.filter(
    (key) =>
      !FAMILIES.some(([pattern]) => pattern.test(key) && !SETTINGS_WORDS.includes(key)) &&
      !text.includes(`"${key}"`),
  );
  expect(unused).toEqual([]);
});

test("Chinese labels follow the rules of the house", () => {
  for (const [key, message] of Object.entries(zh)) {
    expect(message, key).not.toMatch(/您/);
    if (/^(action|command|menu|take)\./.test(key)) expect(message, key).not.toMatch(/[。请]/);
    // A space between Han and Latin letters or figures.
    expect(message.replace(/\{[^{}]*\}/g, "")).not.toMatch(
      /\p{Script=Han}[A-Za-z0-9]|[A-Za-z0-9]\p{Script=Han}/u,
    );
  }
});
