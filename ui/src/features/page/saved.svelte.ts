import type { Error as Failure, Saved } from "../../ipc";

/** How long after the last commit the word comes back: it is true then and does not blink. */
const RESTS = 600;

export type SavedView = { state: "saved" } | { state: "pending" } | { state: "failed"; error: Failure };

/** What the status line says of the disk. A dot from the first unwritten key until the disk rests. */
export class SavedState {
  #now = $state.raw<SavedView>({ state: "saved" });
  #timer: ReturnType<typeof setTimeout> | undefined;
  #since = $state(0);

  get now(): SavedView {
    return this.#now;
  }
  /** When the last commit that succeeded was heard of. */
  get since(): number {
    return this.#since;
  }

  /** A key was typed that the shell has not confirmed. */
  typed(): void {
    clearTimeout(this.#timer);
    if (this.#now.state !== "failed") this.#now = { state: "pending" };
  }

  receive(saved: Saved): void {
    clearTimeout(this.#timer);
    switch (saved.state) {
      case "pending":
        if (this.#now.state !== "failed") this.#now = { state: "pending" };
        break;
      case "saved":
        this.#since = Date.now();
        if (this.#now.state === "saved") break;
        this.#now = { state: "pending" };
        this.#timer = setTimeout(() => (this.#now = { state: "saved" }), RESTS);
        break;
      case "failed":
        this.#now = { state: "failed", error: saved.error };
        break;
      default:
        saved satisfies never;
    }
  }

  reset(): void {
    clearTimeout(this.#timer);
    this.#now = { state: "saved" };
  }
}
