import type Check from "@lucide/svelte/icons/check";

/** One of the icon set. All have the same form. */
export type IconShape = typeof Check;

/** A line of a menu. */
export interface MenuItem {
  id: string;
  text: string;
  icon?: IconShape | undefined;
  /** The shortcut, as written for people. */
  keys?: string | undefined;
  /** A second line in the quiet voice. */
  note?: string | undefined;
  /** Why it can't be chosen now. */
  disabled?: string | undefined;
  /** Stated for lines that are a choice. */
  checked?: boolean | undefined;
  danger?: boolean | undefined;
  run(): void;
}

export type MenuLine = MenuItem | "rule";

/** Where a menu opens: under a control, or at a point. */
export type MenuPlace = { element: HTMLElement; align?: "start" | "end" } | { x: number; y: number };
