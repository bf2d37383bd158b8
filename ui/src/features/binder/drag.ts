/** A row and the edge of it where a dragged row would come in. */
export interface DropPlace {
  row: string;
  edge: "before" | "after";
}

interface Options {
  enabled: () => boolean;
  over: (place: DropPlace | null) => void;
  /** `before` is the row it goes in front of, null = to the end. */
  drop: (id: string, before: string | null) => void;
}

/** Pixels before a press becomes a drag. */
const SLACK = 5;

/**
 * Reorders rows by pointer events: HTML drag and the shell's file drop shut each other out on Windows.
 * Rows are `[data-id][data-craft]`; a row stays among those of its craft.
 */
export function drag(options: Options): (list: HTMLElement) => () => void {
  return (list) => {
    let from: { id: string; craft: string; y: number; pointer: number } | null = null;
    let place: DropPlace | null = null;
    let dragging = false;

    const rows = (craft: string) => [
      ...list.querySelectorAll<HTMLElement>(`[data-id][data-craft="${craft}"]`),
    ];

    const down = (event: PointerEvent) => {
      const row = (event.target as Element).closest<HTMLElement>("[data-id]");
      if (!row || event.button !== 0 || !options.enabled()) return;
      from = {
        id: row.dataset["id"] ?? "",
        craft: row.dataset["craft"] ?? "",
        y: event.clientY,
        pointer: event.pointerId,
      };
    };
    const move = (event: PointerEvent) => {
      if (!from) return;
      if (!dragging && Math.abs(event.clientY - from.y) < SLACK) return;
      if (!dragging) {
        dragging = true;
        list.setPointerCapture(from.pointer);
        document.body.classList.add("dragging");
      }
      const siblings = rows(from.craft);
      place = null;
      for (const row of siblings) {
        const box = row.getBoundingClientRect();
        const id = row.dataset["id"] ?? "";
        if (event.clientY < box.top + box.height / 2) {
          place = { row: id, edge: "before" };
          break;
        }
        place = { row: id, edge: "after" };
      }
      options.over(place);
    };
    const end = (event: PointerEvent) => {
      const moved = dragging ? from : null;
      const to = place;
      stop();
      if (!moved || !to || event.type === "pointercancel") return;
      // The click that ends a drag opens nothing.
      addEventListener("click", (click) => click.stopPropagation(), { capture: true, once: true });
      const ids = rows(moved.craft).map((row) => row.dataset["id"] ?? "");
      const before = to.edge === "before" ? to.row : (ids[ids.indexOf(to.row) + 1] ?? null);
      if (before !== moved.id && to.row !== moved.id) options.drop(moved.id, before);
    };
    const stop = () => {
      from = null;
      place = null;
      dragging = false;
      document.body.classList.remove("dragging");
      options.over(null);
    };
    const key = (event: KeyboardEvent) => {
      if (dragging && event.key === "Escape") stop();
    };

    list.addEventListener("pointerdown", down);
    list.addEventListener("pointermove", move);
    list.addEventListener("pointerup", end);
    list.addEventListener("pointercancel", end);
    addEventListener("keydown", key);
    return () => {
      list.removeEventListener("pointerdown", down);
      list.removeEventListener("pointermove", move);
      list.removeEventListener("pointerup", end);
      list.removeEventListener("pointercancel", end);
      removeEventListener("keydown", key);
    };
  };
}
