import Clapperboard from "@lucide/svelte/icons/clapperboard";
import GitFork from "@lucide/svelte/icons/git-fork";
import Music from "@lucide/svelte/icons/music";
import Notebook from "@lucide/svelte/icons/notebook";

import type { Craft } from "../../ipc";

/** The picture of each craft. */
export const CRAFT_ICONS: Record<Craft, typeof Music> = {
  screenplay: Clapperboard,
  lyrics: Music,
  story: GitFork,
  notes: Notebook,
};
