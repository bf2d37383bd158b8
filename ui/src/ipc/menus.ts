import { Menu, MenuItem, PredefinedMenuItem, Submenu } from "@tauri-apps/api/menu";

/** One line of a native menu; `null` in a group is a rule. */
export interface MenuEntry {
  id: string;
  text: string;
  /** In the shell's notation (`CmdOrCtrl+Shift+P`); none where the page must see the key first. */
  accelerator?: string;
  run(): void;
}

/** A menu inside a menu. */
export interface MenuBranch {
  text: string;
  items: MenuEntry[];
}

/** A native menu: its name and lines. */
export interface MenuGroup {
  text: string;
  role: "app" | "file" | "edit" | "view" | "draft" | "go" | "window" | "help";
  entries: (MenuEntry | MenuBranch | null)[];
}

let building: Promise<void> = Promise.resolve();

async function entry(item: MenuEntry | MenuBranch | null): Promise<MenuItem | PredefinedMenuItem | Submenu> {
  if (item === null) return PredefinedMenuItem.new({ item: "Separator" });
  if ("items" in item)
    return Submenu.new({ text: item.text, items: await Promise.all(item.items.map(entry)) });
  return MenuItem.new({
    id: item.id,
    text: item.text,
    ...(item.accelerator ? { accelerator: item.accelerator } : {}),
    action: () => item.run(),
  });
}

async function build(groups: MenuGroup[], platform: string): Promise<void> {
  const items = await Promise.all(
    groups.map(async (group) => {
      const lines = await Promise.all(group.entries.map(entry));
      // Only macOS has these, and only there the clipboard's own items reach the webview.
      if (platform === "macos" && group.role === "edit") {
        lines.push(
          await PredefinedMenuItem.new({ item: "Separator" }),
          await PredefinedMenuItem.new({ item: "Cut" }),
          await PredefinedMenuItem.new({ item: "Copy" }),
          await PredefinedMenuItem.new({ item: "Paste" }),
        );
      }
      if (platform === "macos" && group.role === "app") {
        lines.push(
          await PredefinedMenuItem.new({ item: "Separator" }),
          await PredefinedMenuItem.new({ item: "Hide" }),
          await PredefinedMenuItem.new({ item: "HideOthers" }),
          await PredefinedMenuItem.new({ item: "Quit" }),
        );
      }
      return Submenu.new({ text: group.text, items: lines });
    }),
  );
  const menu = await Menu.new({ items });
  if (platform === "macos") await menu.setAsAppMenu();
  else await menu.setAsWindowMenu();
}

/** Replaces the native menus of this window. Calls are served one after the other. */
export function setMenus(groups: MenuGroup[], platform: string): void {
  building = building
    .then(() => build(groups, platform))
    .catch((error: unknown) => console.warn("menus", error));
}
