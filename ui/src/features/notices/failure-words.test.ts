import { expect, test } from "vitest";

import { ERROR_CODES } from "../../i18n/codes";
import { Words } from "../../i18n/words.svelte";
import { openingWords } from "./failure-words";

test("a project that could not be opened is never said to be in memory", () => {
  const words = new Words();
  for (const language of ["en", "zh-CN"] as const) {
    words.use(language);
    for (const code of ["disk_full", "project_busy", "not_saved", "project_read_only", "project_damaged"]) {
      const said = openingWords(words, { code, facts: {}, detail: "" });
      expect(said.what, code).not.toBe("");
      expect(said.todo, code).not.toBe("");
      expect(said.kept, code).not.toMatch(/memory|内存/);
    }
  }
});

test("other codes keep their own sentences", () => {
  const words = new Words();
  for (const code of ERROR_CODES) {
    const said = openingWords(words, { code, facts: {}, detail: "" });
    expect(said.what, code).not.toBe("");
    expect(said.kept, code).not.toBe("");
  }
});
