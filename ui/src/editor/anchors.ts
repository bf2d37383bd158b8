import { StateEffect, StateField, type Extension } from "@codemirror/state";
import { layer, type LayerMarker } from "@codemirror/view";

/** Where a candidate belongs. */
export interface Anchor {
  generation: string;
  from: number;
  to: number;
  label: string;
  count: number;
}

/** Replaces all anchors. */
export const setAnchorMarks = StateEffect.define<readonly Anchor[]>();

const anchorField = StateField.define<readonly Anchor[]>({
  create: () => [],
  update(anchors, tr) {
    for (const effect of tr.effects) if (effect.is(setAnchorMarks)) return effect.value;
    if (!tr.docChanged || anchors.length === 0) return anchors;
    return anchors.map((a) => ({
      ...a,
      from: tr.changes.mapPos(a.from, 1),
      to: tr.changes.mapPos(a.to, -1),
    }));
  },
});

/** A violet mark in the margin lane; a layer above the text, so that no line of it changes. */
class AnchorMark implements LayerMarker {
  constructor(
    private readonly anchor: Anchor,
    private readonly left: number,
    private readonly top: number,
    private readonly height: number,
    private readonly pick: (generation: string) => void,
  ) {}

  eq(other: LayerMarker): boolean {
    return (
      other instanceof AnchorMark &&
      other.anchor.generation === this.anchor.generation &&
      other.anchor.label === this.anchor.label &&
      other.left === this.left &&
      other.top === this.top
    );
  }

  draw() {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "cm-anchor";
    button.tabIndex = -1;
    button.title = this.anchor.label;
    button.setAttribute("aria-label", this.anchor.label);
    button.textContent = this.anchor.count > 1 ? String(this.anchor.count) : "▸";
    button.style.left = `${this.left}px`;
    button.style.top = `${this.top}px`;
    button.style.height = `${this.height}px`;
    button.onmousedown = (event) => {
      event.preventDefault();
      this.pick(this.anchor.generation);
    };
    return button;
  }
}

/** Marks in the margin where candidates belong; a click names the generation. */
export function anchorMarks(pick: (generation: string) => void): Extension {
  return [
    anchorField,
    layer({
      above: true,
      class: "cm-anchors",
      update: (update) =>
        update.docChanged ||
        update.viewportChanged ||
        update.geometryChanged ||
        update.transactions.some((tr) => tr.effects.some((e) => e.is(setAnchorMarks))),
      markers(view) {
        const marks: AnchorMark[] = [];
        const byLine = new Map<number, Anchor>();
        for (const anchor of view.state.field(anchorField)) {
          const line = view.state.doc.lineAt(Math.min(anchor.from, view.state.doc.length)).from;
          const before = byLine.get(line);
          byLine.set(line, before ? { ...anchor, count: before.count + 1 } : { ...anchor, count: 1 });
        }
        const scroller = view.scrollDOM.getBoundingClientRect();
        const content = view.contentDOM.getBoundingClientRect();
        const paddingLeft = parseFloat(getComputedStyle(view.contentDOM).paddingLeft);
        const lane = content.left + paddingLeft - view.defaultCharacterWidth * 2.9;
        for (const [line, anchor] of byLine) {
          if (line < view.viewport.from || line > view.viewport.to) continue;
          const place = view.coordsAtPos(Math.min(anchor.from, view.state.doc.length), 1);
          if (!place) continue;
          const left = lane - scroller.left + view.scrollDOM.scrollLeft;
          const top = place.top - scroller.top + view.scrollDOM.scrollTop;
          marks.push(new AnchorMark(anchor, left, top, place.bottom - place.top, pick));
        }
        return marks;
      },
    }),
  ];
}
