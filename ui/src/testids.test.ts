import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

import { expect, test } from "vitest";

function files(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return files(path);
    return /\.(svelte|ts)$/.test(name) && !/\.test\.ts$/.test(name) ? [path] : [];
  });
}

const sources = new Map(files("src").map((path) => [path, readFileSync(path, "utf8")]));

test("every test id of the list is on an element", () => {
  const list = sources.get("src/testids.ts") ?? "";
  const ids = [...list.matchAll(/\| "([\w-]+)"/g)].map((match) => match[1] ?? "");
  const rest = [...sources]
    .filter(([path]) => path !== "src/testids.ts")
    .map(([, text]) => text)
    .join("\n");
  // Tabs build theirs from the tab's name.
  const built = ["tab-assistant", "tab-play"];
  expect(ids.filter((id) => !built.includes(id) && !rest.includes(`"${id}"`))).toEqual([]);
});

test("only ipc/ imports the shell's API", () => {
  const others = [...sources].filter(
    ([path, text]) => !path.startsWith("src/ipc/") && /from "@tauri-apps\//.test(text),
  );
  expect(others.map(([path]) => path)).toEqual([]);
});

test("features do not import each other in a circle", () => {
  const feature = (path: string) => /^src\/features\/(\w+)\//.exec(path)?.[1];
  const needs = new Map<string, Set<string>>();
  for (const [path, text] of sources) {
    const from = feature(path);
    if (!from) continue;
    for (const [, what] of text.matchAll(/^\s*import (?!type)[^;]*?from "(\.[^"]+)"/gm)) {
      const to = feature(normalize(join(dirname(path), what ?? "")) + "/");
      const target = to ?? feature(normalize(join(dirname(path), what ?? "")));
      if (target && target !== from) needs.set(from, (needs.get(from) ?? new Set()).add(target));
    }
  }
  const circles: string[] = [];
  const walk = (at: string, path: string[]) => {
    if (path.includes(at)) {
      circles.push([...path.slice(path.indexOf(at)), at].join(" → "));
      return;
    }
    for (const next of needs.get(at) ?? []) walk(next, [...path, at]);
  };
  for (const start of needs.keys()) walk(start, []);
  expect(circles).toEqual([]);
});

test("a component holds no colour of its own", () => {
  const coloured = [...sources].filter(([path, text]) => {
    const style = path.endsWith(".svelte") ? (text.split("<style>")[1] ?? "") : "";
    return /#[0-9a-f]{3,8}\b|rgb\(|hsl\(/i.test(style);
  });
  expect(coloured.map(([path]) => path)).toEqual([]);
});
