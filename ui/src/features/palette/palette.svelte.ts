/** The palette: commands, or places to go to. */
export class PaletteStore {
  #mode = $state<"commands" | "goto" | null>(null);

  get mode() {
    return this.#mode;
  }
  show(mode: "commands" | "goto"): void {
    this.#mode = mode;
  }
  close(): void {
    this.#mode = null;
  }
}
