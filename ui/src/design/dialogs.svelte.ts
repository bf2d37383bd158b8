/** Which dialogs are open, the last one on top. What lies below the top one is inert. */
class DialogStack {
  #open = $state.raw<symbol[]>([]);
  readonly any = $derived(this.#open.length > 0);

  isTop(dialog: symbol): boolean {
    return this.#open.at(-1) === dialog;
  }

  push(dialog: symbol): () => void {
    this.#open = [...this.#open, dialog];
    return () => {
      this.#open = this.#open.filter((other) => other !== dialog);
    };
  }
}

/** Of this window: one webview is one window. */
export const dialogs = new DialogStack();
