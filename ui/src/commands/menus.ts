import { setMenus, type MenuBranch, type MenuEntry, type MenuGroup } from "../ipc";
import type { Studio } from "../studio.svelte";
import { accelerator } from "./keys";
import { COMMAND_IDS, TABLE, type CommandId, type MenuName } from "./table";

const ORDER: readonly MenuName[] = ["file", "edit", "view", "draft", "go", "help"];

/** So many projects stand in Open Recent. */
const RECENT = 10;

/** Builds the native menus of this window from the table, in the window's language. */
export function buildMenus(studio: Studio): void {
  const { words, commands } = studio;
  const mac = commands.platform === "macos";
  const entry = (id: CommandId): MenuEntry => {
    const chord = commands.keys(id)[0];
    return {
      // A menu event does not say which window it came from where menus are global.
      id: `${id}@${studio.project.id}`,
      text: words.t(`command.${id}`) + (TABLE[id].asks ? "…" : ""),
      // GTK takes an accelerator's key before the page sees it, so Linux gets none; the page hears its keys.
      ...(chord && commands.platform !== "linux" && chord !== "Escape"
        ? { accelerator: accelerator(chord, commands.platform) }
        : {}),
      run: () => commands.run(id),
    };
  };
  const recent: MenuBranch = {
    text: words.t("header.open_recent"),
    items: studio.project.recents.slice(0, RECENT).map(({ title, path }, index) => ({
      id: `recent-${index}@${studio.project.id}`,
      text: title,
      run: () => void studio.openProject(path, false),
    })),
  };
  // After what opens a project; an empty menu inside a menu would be a dead end.
  const follows = (id: CommandId): MenuBranch[] =>
    id === "file.open" && recent.items.length > 0 ? [recent] : [];
  const group = (name: MenuName): MenuGroup => ({
    text: words.t(`menu.${name}`),
    role: name,
    entries: COMMAND_IDS.filter((id) => TABLE[id].menu === name).flatMap((id, index) =>
      TABLE[id].rule && index > 0 ? [null, entry(id), ...follows(id)] : [entry(id), ...follows(id)],
    ),
  });
  const groups = ORDER.map(group);
  if (mac) groups.unshift({ text: "Palimpsest", role: "app", entries: [entry("view.settings")] });
  setMenus(groups, commands.platform);
}
