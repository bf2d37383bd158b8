import { readFileSync } from "node:fs";

import { expect, test } from "vitest";

const css = readFileSync("src/design/tokens.css", "utf8");

/** The hex colours of a theme, by name without the dashes. */
function theme(selector: string): Record<string, string> {
  const start = css.indexOf(`${selector} {`);
  const block = css.slice(start, css.indexOf("}", start));
  return Object.fromEntries(
    [...block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})\b/g)].map((match) => [match[1], match[2]]),
  );
}

/** Relative luminance by WCAG 2. */
function luminance(hex: string): number {
  const channel = (at: number) => {
    const value = parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}
function ratio(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

const SURFACES = ["desk", "pane", "page", "raised"];
const TINTS = ["sel", "model-tint", "person-tint", "file-tint", "unknown-tint"];
const CASES: [ink: string, on: string[], least: number][] = [
  ["ink", [...SURFACES, "hover", "press", ...TINTS, "find", "find-now"], 6.7],
  ["ink2", [...SURFACES, "hover", "press"], 6.2],
  ["ink3", [...SURFACES, "hover"], 4.7],
  ["edge", SURFACES, 3],
  ["accent", [...SURFACES, "hover", "press"], 4.5],
  ["on-accent", ["accent", "accent-hover"], 4.5],
  ["focus", SURFACES, 3],
  ["ink", ["diff-add", "diff-del"], 9],
  ["model", [...SURFACES, "model-tint"], 4.5],
  ["model-line", SURFACES, 3],
  ["person", [...SURFACES, "person-tint"], 4.5],
  ["person-line", SURFACES, 3],
  ["file", [...SURFACES, "file-tint"], 4.5],
  ["file-line", SURFACES, 3],
  ["unknown", [...SURFACES, "unknown-tint"], 4.5],
  ["unknown-line", SURFACES, 3],
  ["danger", [...SURFACES, "danger-tint", "hover"], 4.5],
  ["warn", [...SURFACES, "warn-tint"], 4.5],
  ["ok", [...SURFACES, "ok-tint"], 4.5],
  ["on-accent", ["danger"], 4.5],
];

for (const name of ["light", "dark"]) {
  const colours = theme(`[data-theme="${name}"]`);
  test(`${name}: every text and line can be read on every surface it sits on`, () => {
    for (const [ink, surfaces, least] of CASES) {
      for (const surface of surfaces) {
        const front = colours[ink];
        const back = colours[surface];
        if (!front || !back) throw new Error(`${ink} or ${surface} is missing`);
        // Rounded as the table of the design is.
        const found = Math.round(ratio(front, back) * 10) / 10;
        expect(found, `${ink} on ${surface}`).toBeGreaterThanOrEqual(least);
      }
    }
  });
}
