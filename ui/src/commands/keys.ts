/**
 * Key chords as text: modifiers and a key joined by `+`, in the order Mod, Ctrl, Alt, Shift, Meta.
 * `Mod` is Command on macOS and Control elsewhere.
 */

export type Platform = "linux" | "macos" | "windows";

const MODIFIERS = ["Ctrl", "Alt", "Shift", "Meta"] as const;
type Modifier = (typeof MODIFIERS)[number];

const SYMBOLS: Record<Modifier, string> = { Ctrl: "⌃", Alt: "⌥", Shift: "⇧", Meta: "⌘" };
const KEY_SYMBOLS: Record<string, string> = {
  Enter: "↩",
  Backspace: "⌫",
  ArrowLeft: "←",
  ArrowRight: "→",
  ArrowUp: "↑",
  ArrowDown: "↓",
  Escape: "Esc",
};

/** One spelling for each chord on a platform, so that chords can be compared as text. */
export function normalize(chord: string, platform: Platform): string {
  const parts = chord.split("+");
  // "Mod++" and "Mod+=" both name the plus key's chord; a trailing empty part is the key "+".
  const key = chord.endsWith("++") ? "+" : (parts.at(-1) ?? "");
  const held = new Set(
    parts.slice(0, -1).map((part) => (part === "Mod" ? (platform === "macos" ? "Meta" : "Ctrl") : part)),
  );
  return [
    ...MODIFIERS.filter((modifier) => held.has(modifier)),
    key.length === 1 ? key.toUpperCase() : key,
  ].join("+");
}

/** The chord that a key event stands for; empty for a modifier alone or while an input method composes. */
export function chordOf(event: KeyboardEvent, platform: Platform): string {
  if (event.isComposing || event.keyCode === 229) return "";
  let key = event.key;
  if (["Control", "Shift", "Alt", "Meta", "Dead", "Process", "Unidentified"].includes(key)) return "";
  // Digits and letters by place where Shift, Option or a layout without Latin letters changes the sign.
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code);
  const letter = /^Key([A-Z])$/.exec(event.code);
  const modified = event.ctrlKey || event.altKey || event.metaKey;
  if (digit && modified) key = digit[1] ?? key;
  else if (letter && modified && !/^[a-z]$/i.test(key)) key = letter[1] ?? key;
  if (key === " ") key = "Space";
  if (key === "+" && modified) key = "=";
  const held: Modifier[] = [];
  if (event.ctrlKey) held.push("Ctrl");
  if (event.altKey) held.push("Alt");
  if (event.shiftKey) held.push("Shift");
  if (event.metaKey) held.push("Meta");
  return normalize([...held, key].join("+"), platform);
}

/** How a chord is written for people. */
export function label(chord: string, platform: Platform): string {
  const parts = normalize(chord, platform).split("+");
  const key = parts.at(-1) || "+";
  const shown = KEY_SYMBOLS[key] ?? key;
  const held = parts.slice(0, -1) as Modifier[];
  if (platform !== "macos") return [...held, key === "Enter" || key === "Backspace" ? key : shown].join("+");
  return (["Shift", "Ctrl", "Alt", "Meta"] as const)
    .filter((modifier) => held.includes(modifier))
    .map((modifier) => SYMBOLS[modifier])
    .concat(shown)
    .join("");
}

/** The same for `aria-keyshortcuts`. */
export function aria(chord: string, platform: Platform): string {
  return normalize(chord, platform).replace("Ctrl", "Control");
}

/** The same for a native menu. */
export function accelerator(chord: string, platform: Platform): string {
  const parts = normalize(chord, platform).split("+");
  const key = (parts.at(-1) ?? "").replace(/^Arrow/, "");
  return [...parts.slice(0, -1).map((part) => (part === "Meta" ? "Cmd" : part)), key].join("+");
}
