import type { DiffRun } from "../../ipc";

/** A line of a comparison with its stretches. */
export interface DiffLine {
  kind: "same" | "added" | "removed" | "both";
  runs: { kind: "same" | "added" | "removed"; text: string }[];
}

/** Cuts a comparison into lines. A line break belongs to the run it stands in. */
export function diffLines(runs: readonly DiffRun[]): DiffLine[] {
  const lines: DiffLine["runs"][] = [[]];
  for (const run of runs) {
    const kind = run.kind === "added" || run.kind === "removed" ? run.kind : "same";
    run.text.split("\n").forEach((text, index) => {
      if (index > 0) lines.push([]);
      if (text !== "") lines.at(-1)?.push({ kind, text });
    });
  }
  return lines.map((stretches) => {
    const added = stretches.some((run) => run.kind === "added");
    const removed = stretches.some((run) => run.kind === "removed");
    return {
      kind: added && removed ? "both" : added ? "added" : removed ? "removed" : "same",
      runs: stretches,
    };
  });
}

/** Leaves out what is far from any change: `null` stands for lines left out. */
export function nearChanges(lines: readonly DiffLine[], around = 3): (DiffLine | null)[] {
  const near = new Set<number>();
  lines.forEach((line, index) => {
    if (line.kind === "same") return;
    for (let at = index - around; at <= index + around; at += 1) near.add(at);
  });
  const shown: (DiffLine | null)[] = [];
  lines.forEach((line, index) => {
    if (near.has(index)) shown.push(line);
    else if (shown.at(-1) !== null) shown.push(null);
  });
  return shown;
}
