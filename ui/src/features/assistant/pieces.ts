import type { Candidate } from "../../ipc";

/** A stretch of a line: taken already, next to be taken, or neither. */
export interface Stretch {
  text: string;
  part: "taken" | "next" | "rest";
}

/** A line of a candidate as the card shows it. */
export interface CardLine {
  kind: string;
  stretches: Stretch[];
  /** Its whole text was taken: a check stands in its margin. */
  taken: boolean;
}

/** Cuts a candidate's text into lines, and each where taking it has come to. */
export function cardLines(
  candidate: Pick<Candidate, "text" | "kinds" | "taken" | "next" | "outcome">,
): CardLine[] {
  const { taken, outcome } = candidate;
  const next = outcome === "partly" ? Math.max(taken, candidate.next.line) : taken;
  let from = 0;
  return candidate.text.split("\n").map((line, index) => {
    const to = from + line.length;
    const cut = (a: number, b: number) =>
      candidate.text.slice(Math.max(from, a), Math.max(from, Math.min(to, b)));
    const parts: Stretch[] = [
      { part: "taken", text: cut(from, taken) },
      { part: "next", text: cut(taken, next) },
      { part: "rest", text: cut(next, to) },
    ];
    const whole = line !== "" && taken >= to;
    from = to + 1;
    return {
      kind: candidate.kinds[index] ?? "",
      stretches: parts.filter((stretch) => stretch.text !== ""),
      taken: whole,
    };
  });
}
