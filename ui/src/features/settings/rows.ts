import type { MessageKey } from "../../i18n/words.svelte";
import type { SettingsSection } from "../../studio.svelte";

export const SECTIONS: readonly SettingsSection[] = [
  "general",
  "page",
  "assistant",
  "models",
  "shortcuts",
  "privacy",
  "language",
];

type Option = { value: string; key: MessageKey };

/** One setting as the sheet shows it; its words are `settings.<name>` and `settings.<name>.help`. */
export type Row = { section: SettingsSection } & (
  | { name: "capitals" | "typewriter" | "flat" | "instruct"; control: "switch" }
  | { name: "theme" | "page_face" | "announce" | "language"; control: "choice"; options: Option[] }
  | { name: "zoom" | "interface_size"; control: "percent"; min: number; max: number; step: number }
  | { name: "author"; control: "text" }
  | { name: "answer_tokens"; control: "number"; min: number; max: number }
  | { name: "temperature"; control: "decimal"; min: number; max: number }
  | { name: "seed"; control: "seed" }
);

export const ROWS: readonly Row[] = [
  {
    section: "general",
    name: "theme",
    control: "choice",
    options: [
      { value: "system", key: "settings.theme.system" },
      { value: "light", key: "settings.theme.light" },
      { value: "dark", key: "settings.theme.dark" },
    ],
  },
  { section: "general", name: "interface_size", control: "percent", min: 90, max: 200, step: 10 },
  { section: "general", name: "author", control: "text" },
  {
    section: "general",
    name: "announce",
    control: "choice",
    options: [
      { value: "state", key: "settings.announce.state" },
      { value: "sentences", key: "settings.announce.sentences" },
      { value: "whole", key: "settings.announce.whole" },
    ],
  },
  { section: "page", name: "zoom", control: "percent", min: 80, max: 200, step: 10 },
  { section: "page", name: "capitals", control: "switch" },
  { section: "page", name: "typewriter", control: "switch" },
  { section: "page", name: "flat", control: "switch" },
  {
    section: "page",
    name: "page_face",
    control: "choice",
    options: [
      { value: "serif", key: "settings.page_face.serif" },
      { value: "interface", key: "settings.page_face.interface" },
    ],
  },
  { section: "assistant", name: "answer_tokens", control: "number", min: 0, max: 4096 },
  { section: "assistant", name: "temperature", control: "decimal", min: 0, max: 2 },
  { section: "assistant", name: "seed", control: "seed" },
  { section: "assistant", name: "instruct", control: "switch" },
  {
    section: "language",
    name: "language",
    control: "choice",
    options: [
      { value: "system", key: "settings.language.system" },
      { value: "en", key: "settings.language.en" },
      { value: "zh-CN", key: "settings.language.zh" },
    ],
  },
];
