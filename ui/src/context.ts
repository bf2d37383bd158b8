import { getContext, setContext } from "svelte";

import type { Studio } from "./studio.svelte";

const KEY = Symbol("studio");

/** Gives this window's stores to the components below. */
export function provide(studio: Studio): void {
  setContext(KEY, studio);
}

/** This window's stores. */
export function useStudio(): Studio {
  return getContext<Studio>(KEY);
}
