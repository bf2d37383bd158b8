import { failure, type Error as Failure } from "../../ipc";

/** A failure that the writer has to see, over the top of the page, until they put it away. */
export interface Banner {
  id: string;
  error: Failure;
  actions: { text: string; run: () => void }[];
}

/** Banners over the page and the words for a screen reader. */
export class Notices {
  #banners = $state.raw<Banner[]>([]);
  #said = $state("");
  #hint = $state("");
  #timer: ReturnType<typeof setTimeout> | undefined;

  get banners(): Banner[] {
    return this.#banners;
  }
  /** What the polite region holds. */
  get said(): string {
    return this.#said;
  }
  /** A passing word in the status line. */
  get hint(): string {
    return this.#hint;
  }

  /** Shows a failure; the same id replaces its older one. */
  fail = (thrown: unknown, actions: Banner["actions"] = [], id?: string): void => {
    const error = failure(thrown);
    const banner = { id: id ?? error.code, error, actions };
    this.#banners = [...this.#banners.filter((other) => other.id !== banner.id), banner];
  };

  dismiss(id: string): void {
    this.#banners = this.#banners.filter((banner) => banner.id !== id);
  }

  /** Tells a screen reader, politely. */
  announce(text: string): void {
    // The same words twice are spoken twice only if the region changed in between.
    this.#said = this.#said === text ? `${text}\u00a0` : text;
  }

  /** A word in the status line for a few seconds: why a key did nothing. */
  tell(text: string): void {
    clearTimeout(this.#timer);
    this.#hint = text;
    this.announce(text);
    this.#timer = setTimeout(() => (this.#hint = ""), 4000);
  }
}
