import { commands, type Settings } from "../../ipc";

export type AllSettings = Required<Settings>;

/** What holds where the writer chose nothing. */
export const DEFAULTS: AllSettings = {
  language: "system",
  theme: "system",
  zoom: 100,
  interface_size: 100,
  capitals: true,
  typewriter: false,
  flat: false,
  page_face: "serif",
  author: "",
  instruct: false,
  answer_tokens: 0,
  temperature: 0,
  seed: null,
  announce: "state",
  model: "",
  shortcuts: {},
  layout: {},
  said: [],
};

/** Settings the writer changes by hand, the others the window keeps by itself. */
export type Choice = Exclude<keyof AllSettings, "layout" | "said" | "shortcuts">;

const SETTLES = 400;

/** The settings of this machine, as this window shows them. */
export class SettingsStore {
  #value = $state.raw<AllSettings>(DEFAULTS);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failed: (thrown: unknown) => void;
  /** Saves that have not come back. */
  #saving = 0;
  #rests = true;

  constructor(failed: (thrown: unknown) => void) {
    this.#failed = failed;
  }

  get value(): AllSettings {
    return this.#value;
  }

  /**
   * What the shell holds: at the start, and when a window changed it. While a change of our own is under
   * way an older state would undo it; the shell tells the last one again.
   */
  receive(settings: Settings): void {
    if (this.#saving > 0 || !this.#rests) return;
    this.#value = { ...DEFAULTS, ...settings };
  }

  set(change: Partial<AllSettings>): void {
    this.#value = { ...this.#value, ...change };
    this.#save();
  }

  /** A size of a pane and its like; written once it rests. */
  keep(name: string, value: string): void {
    if (this.#value.layout[name] === value) return;
    this.#value = { ...this.#value, layout: { ...this.#value.layout, [name]: value } };
    this.#rests = false;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#save(), SETTLES);
  }

  kept(name: string): string | undefined {
    return this.#value.layout[name];
  }

  /** The shell keeps the model's file itself; the next save must not put the old one back. */
  adoptModel(path: string): void {
    this.#value = { ...this.#value, model: path };
  }

  changed(choice: Choice): boolean {
    return this.#value[choice] !== DEFAULTS[choice];
  }

  reset(choice: Choice): void {
    this.set({ [choice]: DEFAULTS[choice] });
  }

  /** Whether a note was said before: it is said once. */
  said(note: string): boolean {
    return this.#value.said.includes(note);
  }

  say(note: string): void {
    if (!this.said(note)) this.set({ said: [...this.#value.said, note] });
  }

  #save(): void {
    clearTimeout(this.#timer);
    this.#rests = true;
    this.#saving += 1;
    commands
      .settingsSave(this.#value)
      .catch(this.#failed)
      .finally(() => (this.#saving -= 1));
  }
}
