import {
  commands,
  failure,
  type Error as Failure,
  type ModelState,
  type Models,
  type Project,
  type RemoteInput,
  type RemoteReport,
} from "../../ipc";
import type { ProjectStore } from "../binder/project.svelte";
import type { SettingsStore } from "../settings/settings.svelte";
import type { Notices } from "../notices/notices.svelte";

export type RemoteTest =
  | { state: "none" }
  | { state: "testing" }
  | { state: "passed"; report: RemoteReport }
  | { state: "failed"; error: Failure };

/** The model that is open, those one could open, and the remote service of this project. */
export class ModelsStore {
  #project: ProjectStore;
  #notices: Notices;
  #settings: SettingsStore;
  #state = $state.raw<ModelState>({ state: "none" });
  #list = $state.raw<Models | null>(null);
  #test = $state.raw<RemoteTest>({ state: "none" });

  /** Host to which text leaves, or null while it stays here. */
  readonly host = $derived.by(() => {
    const remote = this.#project.current?.remote;
    if (this.#state.state === "ready" && this.#state.model.host) return this.#state.model.host;
    return remote?.enabled ? remote.host : null;
  });

  constructor(project: ProjectStore, settings: SettingsStore, notices: Notices) {
    this.#project = project;
    this.#settings = settings;
    this.#notices = notices;
  }

  get state(): ModelState {
    return this.#state;
  }
  get list(): Models | null {
    return this.#list;
  }
  get test(): RemoteTest {
    return this.#test;
  }

  receive(state: ModelState): void {
    this.#state = state;
  }

  async load(): Promise<void> {
    try {
      this.#list = await commands.modelList();
    } catch (thrown) {
      this.#notices.fail(thrown);
    }
  }

  /** Opens a file: a path, null to pick one, empty for the starter. */
  async use(path: string | null): Promise<void> {
    try {
      const state = await commands.modelUse(path);
      // An answer may arrive after the news of what came of the opening: the news has the last word.
      if (state.state !== "opening") this.#state = state;
    } catch (thrown) {
      const error = failure(thrown);
      this.#state = {
        state: "failed",
        name: error.facts["name"] ?? error.facts["path"] ?? path ?? "",
        error,
      };
    }
    await this.load();
    const { state } = this;
    const name = state.state === "ready" ? state.model.name : state.state === "none" ? "" : state.name;
    const file = this.#list?.files.find((entry) => entry.name === name);
    const chosen = path ?? file?.path;
    if (chosen !== undefined && chosen !== null) this.#settings.adoptModel(chosen);
  }

  async testRemote(input: RemoteInput): Promise<RemoteReport | null> {
    this.#test = { state: "testing" };
    try {
      const report = await commands.remoteTest(input);
      this.#test = { state: "passed", report };
      return report;
    } catch (thrown) {
      this.#test = { state: "failed", error: failure(thrown) };
      return null;
    }
  }

  /** Keeps the service; `enabled` is the writer's consent. */
  async saveRemote(input: RemoteInput, enabled: boolean): Promise<Project | null> {
    try {
      const project = await commands.remoteSave(this.#project.id, input, enabled);
      this.#project.show(project);
      return project;
    } catch (thrown) {
      this.#test = { state: "failed", error: failure(thrown) };
      return null;
    }
  }

  async forgetKey(url: string): Promise<void> {
    try {
      await commands.remoteForgetKey(url);
      this.#test = { state: "none" };
    } catch (thrown) {
      this.#test = { state: "failed", error: failure(thrown) };
    }
  }
}

/** Host of a URL as typed, before the shell has seen it. Empty while it is none. */
export function hostOf(url: string): string {
  try {
    return new URL(/^[a-z]+:\/\//i.test(url) ? url : `https://${url}`).host;
  } catch {
    return "";
  }
}
