import type { Words } from "../../i18n/words.svelte";
import type { Candidate } from "../../ipc";
import type { Phase } from "./live.svelte";

/** Why a candidate that has ended has no text; a failure says so itself. */
export function emptyText(words: Words, candidate: Candidate): string | null {
  if (candidate.text !== "") return null;
  switch (candidate.state) {
    case "streaming":
    case "failed":
      return null;
    case "ready":
      return words.t("assistant.nothing");
    case "stopped":
      return words.t("assistant.stopped_early");
  }
}

/** What a candidate is doing or has become, in a few words. */
export function stateText(
  words: Words,
  candidate: Candidate,
  phase: Phase | null,
  placeGone: boolean,
): string {
  if (phase) {
    switch (phase.phase) {
      case "waiting":
        return words.t(phase.reason === "model_loading" ? "activity.loading" : "activity.waiting");
      case "reading":
        return words.t("state.reading");
      case "thinking":
        return words.t("activity.thinking", { tokens: phase.tokens });
      case "writing":
        return words.t("state.writing");
      case "ended":
        break;
    }
  }
  if (placeGone && candidate.outcome !== "taken") return words.t("state.place_gone");
  if (candidate.outcome === "taken") return words.t("state.taken");
  if (candidate.outcome === "partly") return words.t("state.partly");
  if (candidate.outcome === "dismissed") return words.t("state.dismissed");
  switch (candidate.state) {
    case "streaming":
      return words.t("state.writing");
    case "ready":
      return words.t("state.done");
    case "stopped":
      return words.t("state.stopped");
    case "failed":
      return words.t("state.failed");
  }
}
