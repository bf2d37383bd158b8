import type { ChangeSet, Text } from "@codemirror/state";
import type { Line, Patch } from "../ipc";

/** A line whose kind is not known yet: typed after the last answer. */
const FRESH: Line = { kind: "fresh", depth: 0, marks: [], gutter: null };

/** Applies what the studio says changed. Returns a new array; `lines` stays. */
export function patched(lines: readonly Line[], patch: Patch): Line[] {
  return [...lines.slice(0, patch.from), ...patch.lines, ...lines.slice(patch.from + patch.removed)];
}

/**
 * The lines of the page: those of the confirmed text seen through edits that are not confirmed yet.
 * An edit inside a line keeps its kind and moves its marks; a new line is `fresh`, or keeps the kind
 * of the line it was split from where that is at its start.
 */
export function seenThrough(lines: readonly Line[], doc: Text, changes: ChangeSet): Line[] {
  const out: Line[] = [];
  let next = 0; // index of the first line that is not copied yet
  changes.iterChanges((from, to, _fromB, _toB, insert) => {
    const first = doc.lineAt(from);
    const last = doc.lineAt(to);
    const head = first.number - 1;
    if (head < next) {
      // a second change on a line that is in `out` already: keep it as it is
      const more = insert.lines - 1;
      for (let i = 0; i < more; i++) out.push(FRESH);
      for (; next < last.number; next++) out.push(lines[next] ?? FRESH);
      return;
    }
    for (; next < head; next++) out.push(lines[next] ?? FRESH);
    const line = lines[head] ?? FRESH;
    if (insert.lines === 1 && first.number === last.number) {
      out.push(shifted(line, from - first.from, to - first.from, insert.length));
    } else if (insert.lines === 1) {
      out.push({ ...line, marks: line.marks.filter(([, end]) => end <= from - first.from) });
    } else {
      const atStart = from === first.from && to === from;
      out.push(
        atStart ? FRESH : { ...line, marks: line.marks.filter(([, end]) => end <= from - first.from) },
      );
      for (let i = 2; i < insert.lines; i++) out.push(FRESH);
      out.push(atStart ? line : FRESH);
    }
    next = last.number;
  });
  for (; next < lines.length; next++) out.push(lines[next] ?? FRESH);
  return out;
}

function shifted(line: Line, from: number, to: number, length: number): Line {
  if (line.marks.length === 0) return line;
  const delta = length - (to - from);
  const move = (at: number, end: boolean) => {
    if (at < from || (at === from && (end || to > from))) return at;
    if (at >= to) return at + delta;
    return from;
  };
  const marks = line.marks
    .map(([a, b, kind]): [number, number, string] => [move(a, false), move(b, true), kind])
    .filter(([a, b]) => a < b);
  return { ...line, marks };
}
