/** A place in a document. */
export interface Place {
  document: string;
  at: number;
}

const MOST = 100;

/** Where the writer was, as in a browser: going somewhere new forgets what lay ahead. */
export class Trail {
  #places: Place[] = [];
  #now = -1;

  get canGoBack(): boolean {
    return this.#now > 0;
  }
  get canGoForward(): boolean {
    return this.#now < this.#places.length - 1;
  }

  /** Notes where the caret was before a jump, and where it goes. */
  jump(from: Place | null, to: Place): void {
    if (from && this.#now >= 0) this.#places[this.#now] = from;
    const last = this.#places[this.#now];
    if (last?.document === to.document && last.at === to.at) return;
    this.#places = [...this.#places.slice(0, this.#now + 1), to].slice(-MOST);
    this.#now = this.#places.length - 1;
  }

  step(by: 1 | -1, from: Place | null): Place | null {
    const next = this.#places[this.#now + by];
    if (!next) return null;
    if (from) this.#places[this.#now] = from;
    this.#now += by;
    return next;
  }
}
