/** Moves a node to the window's layers, above all panes. Wrap it in an element of its own. */
export function portal(node: HTMLElement): () => void {
  (document.getElementById("layers") ?? document.body).append(node);
  return () => node.remove();
}

/** Keeps a box inside the window: below its anchor where there is room, else above, never over it. */
export function place(
  anchor: { left: number; top: number; right: number; bottom: number },
  box: { width: number; height: number },
  align: "start" | "end" = "start",
  gap = 4,
): { left: number; top: number } {
  const margin = 8;
  const left = align === "start" ? anchor.left : anchor.right - box.width;
  const below = anchor.bottom + gap;
  const above = anchor.top - gap - box.height;
  return {
    left: Math.max(margin, Math.min(left, innerWidth - box.width - margin)),
    top:
      below + box.height <= innerHeight - margin || above < margin
        ? Math.max(margin, Math.min(below, innerHeight - box.height - margin))
        : above,
  };
}
