import type { SettingsStore } from "../settings/settings.svelte";

export type Pane = "header" | "binder" | "page" | "right" | "status";
export const PANES: readonly Pane[] = ["header", "binder", "page", "right", "status"];

/** Widths in px at 100 %, by the table of the design. */
const BINDER = { min: 200, ideal: 240, max: 360 };
const RIGHT = { min: 320, ideal: 360, max: 520 };
/** The sheet and a strip of desk. */
const PAGE = 680;
/** Under this the page stays alone with its neighbours over it. */
const WIDE = 1200;
const MIDDLE = 1000;

const clamp = (value: number, min: number, max: number) => Math.max(min, Math.min(max, value));

/** What stands where, for a window's width. Pure, so that the folding can be tested. */
export interface Fold {
  binder: "docked" | "drawer";
  right: "docked" | "bottom";
  /** Indents are halved. */
  narrow: boolean;
}

/** Folds by width in px; `scale` is the interface's size, `zoom` the page's, 1 at 100 %. */
export function fold(width: number, right: boolean, scale = 1, zoom = 1): Fold {
  const page = PAGE * Math.max(1, zoom);
  const rightDocked = width >= Math.max(MIDDLE * scale, page + RIGHT.min * scale);
  const alone = !right && width >= page + BINDER.min * scale;
  return {
    binder:
      alone || width >= Math.max(WIDE * scale, page + (BINDER.min + RIGHT.min) * scale) ? "docked" : "drawer",
    right: rightDocked ? "docked" : "bottom",
    narrow: width < page,
  };
}

/** Shrinks the right pane, then the binder, until the page has its room. */
export function widths(
  width: number,
  binder: number,
  right: number,
  rightMax: number,
  page = PAGE,
): { binder: number; right: number } {
  let fitBinder = binder && clamp(binder, BINDER.min, BINDER.max);
  let fitRight = right && clamp(right, RIGHT.min, rightMax);
  const over = () => fitBinder + fitRight + page - width;
  if (fitRight && over() > 0) fitRight = Math.max(RIGHT.min, fitRight - over());
  if (fitBinder && over() > 0) fitBinder = Math.max(BINDER.min, fitBinder - over());
  return { binder: fitBinder, right: fitRight };
}

/** The panes of this window. Sizes are kept per craft. */
export class Layout {
  #settings: SettingsStore;
  #width = $state(innerWidth);
  #height = $state(innerHeight);
  #dragged = $state.raw<Record<string, number>>({});
  #drawer = $state(false);

  /** The craft that the sizes belong to. */
  craft = $state("screenplay");
  /** The right pane shows play or something else that may take half of the window. */
  wide = $state(false);

  readonly scale = $derived.by(() => this.#settings.value.interface_size / 100);
  readonly rightOpen = $derived.by(() => this.#settings.kept("right.open") !== "no");
  readonly fold = $derived.by(() =>
    fold(this.#width, this.rightOpen, this.scale, this.#settings.value.zoom / 100),
  );
  readonly binderOpen = $derived.by(() =>
    this.fold.binder === "docked" ? this.#settings.kept("binder.open") !== "no" : this.#drawer,
  );
  readonly rightMax = $derived.by(() => (this.wide ? Math.max(RIGHT.max, this.#width / 2) : RIGHT.max));
  readonly sizes = $derived.by(() =>
    widths(
      this.#width,
      this.binderOpen && this.fold.binder === "docked" ? this.#size("binder", BINDER.ideal) : 0,
      this.rightOpen && this.fold.right === "docked" ? this.#size("right", RIGHT.ideal) : 0,
      this.rightMax,
      PAGE * Math.max(1, this.#settings.value.zoom / 100),
    ),
  );
  /** Height of the drawer at the foot, px. */
  readonly bottom = $derived.by(() =>
    clamp(this.#size("bottom", this.#height * 0.4), 160, Math.max(160, this.#height * 0.7)),
  );
  readonly limits = { binder: BINDER, right: RIGHT };

  constructor(settings: SettingsStore) {
    this.#settings = settings;
  }

  get height(): number {
    return this.#height;
  }

  measure(width: number, height: number): void {
    this.#width = width;
    this.#height = height;
  }

  resize(name: "binder" | "right" | "bottom", size: number): void {
    this.#dragged = { ...this.#dragged, [this.#name(name)]: size };
  }

  keep(name: "binder" | "right" | "bottom"): void {
    const key = this.#name(name);
    const size = this.#dragged[key];
    if (size !== undefined) this.#settings.keep(key, String(Math.round(size)));
  }

  show(pane: "binder" | "right", open: boolean): void {
    if (pane === "binder" && this.fold.binder === "drawer") this.#drawer = open;
    else this.#settings.keep(`${pane}.open`, open ? "yes" : "no");
  }

  /** The drawer goes once a document was chosen in it. */
  closeDrawer(): void {
    this.#drawer = false;
  }

  #name(name: string): string {
    return `${name}.${this.craft}${name === "right" && this.wide ? ".wide" : ""}`;
  }

  #size(name: string, ideal: number): number {
    const key = this.#name(name);
    return this.#dragged[key] ?? (Number(this.#settings.kept(key)) || ideal);
  }
}
