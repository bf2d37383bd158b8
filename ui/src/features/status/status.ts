import type { Words } from "../../i18n/words.svelte";
import type { ModelState } from "../../ipc";
import type { Studio } from "../../studio.svelte";

/** The model chip's words. */
export function modelText(words: Words, model: ModelState): string {
  switch (model.state) {
    case "none":
      return words.t("model.none");
    case "opening":
      return words.t("model.opening", { name: model.name, percent: words.percent(model.percent / 100) });
    case "ready":
      return model.model.name;
    case "failed":
      return words.t("model.failed", { name: model.name });
  }
}

/** What the assistant does now, for the status line; empty while it rests. */
export function activity({ assistant, words }: Studio): string {
  const live = assistant.running ? assistant.live(assistant.running.id) : assistant.asking?.live;
  if (!live) return "";
  const phases = Array.from({ length: live.takes }, (_, index) => live.phase(index + 1));
  if (live.rate !== null) {
    return live.rate > 0
      ? words.t("activity.writing", { rate: words.short(live.rate) })
      : words.t("activity.writes");
  }
  for (const phase of phases) {
    if (phase.phase === "thinking") return words.t("activity.thinking", { tokens: phase.tokens });
    if (phase.phase === "reading") {
      return words.t("activity.reading", { done: phase.done, total: phase.total, reused: phase.reused });
    }
  }
  const waiting = phases.find((phase) => phase.phase === "waiting");
  return waiting ? words.t(waiting.reason === "model_loading" ? "activity.loading" : "activity.waiting") : "";
}
