/** What a toast says; its one action undoes or shows. */
export interface Toast {
  text: string;
  /** Whether it still holds; without it, it does while it is shown. */
  stands?: (() => boolean) | undefined;
  action?: { text: string; run: () => void } | undefined;
}

const LASTS = 6000;

/** At most one toast. It goes after 6 s, later while it is pointed at or focused. */
export class Toasts {
  #now = $state.raw<Toast | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;

  get now(): Toast | null {
    return this.#now?.stands?.() === false ? null : this.#now;
  }

  show(toast: Toast): void {
    this.#now = toast;
    this.release();
  }

  hold(): void {
    clearTimeout(this.#timer);
  }

  release(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.dismiss(), LASTS);
  }

  dismiss(): void {
    clearTimeout(this.#timer);
    this.#now = null;
  }
}
