import type { Candidate, DraftEvent, Generation } from "../../ipc";

/** What a take is doing while its draft runs. */
export type Phase =
  | { phase: "waiting"; reason: string }
  | { phase: "reading"; done: number; total: number; reused: number }
  | { phase: "thinking"; tokens: number }
  | { phase: "writing"; rate: number }
  | { phase: "ended" };

/** A draft as it streams: what its events said so far. Ends with exactly one `done`. */
export class LiveDraft {
  #phases = $state.raw<Phase[]>([]);
  #texts = $state.raw<string[]>([]);
  #kinds = $state.raw<string[][]>([]);
  #ended = $state.raw<(Candidate | undefined)[]>([]);
  #done = $state(false);

  /** Tokens a second of all takes together, 0 while that is not known; null while none writes. */
  readonly rate = $derived.by(() => {
    const rates = this.#phases.flatMap((phase) => (phase.phase === "writing" ? [phase.rate] : []));
    return rates.length > 0 ? rates.reduce((sum, rate) => sum + rate, 0) : null;
  });

  constructor(takes: number) {
    this.#phases = Array.from({ length: takes }, () => ({ phase: "waiting", reason: "" }));
    this.#texts = this.#phases.map(() => "");
    this.#kinds = this.#phases.map(() => []);
  }

  get done(): boolean {
    return this.#done;
  }
  get takes(): number {
    return this.#phases.length;
  }

  phase(take: number): Phase {
    return this.#phases[take - 1] ?? { phase: "ended" };
  }
  kinds(take: number): string[] {
    return this.#kinds[take - 1] ?? [];
  }
  text(take: number): string {
    return this.#texts[take - 1] ?? "";
  }

  /** The candidate with what has streamed since the shell last gave it whole. */
  merge(candidate: Candidate): Candidate {
    const at = candidate.take - 1;
    const ended = this.#ended[at];
    if (ended && candidate.state === "streaming") return ended;
    if (candidate.state !== "streaming") return candidate;
    const text = this.#texts[at] ?? "";
    if (text.length <= candidate.text.length) return candidate;
    return { ...candidate, text, kinds: this.#kinds[at] ?? candidate.kinds };
  }

  /** Hears one event; gives the generation once all is over. */
  receive(event: DraftEvent): Generation | null {
    switch (event.type) {
      case "waiting":
        this.#phases = this.#phases.map((phase) =>
          phase.phase === "waiting" ? { phase: "waiting", reason: event.reason } : phase,
        );
        return null;
      case "reading":
        // The prompt of several takes is read once, for all.
        this.#phases = this.#phases.map((phase, index) =>
          index + 1 === event.take || phase.phase === "waiting"
            ? { phase: "reading", done: event.done, total: event.total, reused: event.reused }
            : phase,
        );
        return null;
      case "thinking":
        this.#set(event.take, { phase: "thinking", tokens: event.tokens });
        return null;
      case "text":
        this.#texts = this.#texts.with(event.take - 1, this.text(event.take) + event.text);
        if (event.kinds) this.#kinds = this.#kinds.with(event.take - 1, event.kinds);
        this.#set(event.take, { phase: "writing", rate: event.rate });
        return null;
      case "retracted":
        this.#texts = this.#texts.with(event.take - 1, "");
        this.#kinds = this.#kinds.with(event.take - 1, []);
        return null;
      case "ended": {
        const ended = [...this.#ended];
        ended[event.take - 1] = event.candidate;
        this.#ended = ended;
        this.#set(event.take, { phase: "ended" });
        return null;
      }
      case "done":
        this.#done = true;
        this.#phases = this.#phases.map(() => ({ phase: "ended" }));
        return event.generation;
      default:
        event satisfies never;
        return null;
    }
  }

  #set(take: number, phase: Phase): void {
    if (take >= 1 && take <= this.#phases.length) this.#phases = this.#phases.with(take - 1, phase);
  }
}
