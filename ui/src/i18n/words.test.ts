import { expect, test } from "vitest";

import { Words } from "./words.svelte";

test("a share is all or nothing only where it is so", () => {
  const words = new Words();
  expect(words.share(996, 1000)).toBe("99%");
  expect(words.share(4, 1000)).toBe("1%");
  expect(words.share(1000, 1000)).toBe("100%");
  expect(words.share(0, 1000)).toBe("0%");
  expect(words.share(0, 0)).toBe("0%");
});
