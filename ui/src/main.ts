import { mount } from "svelte";

import App from "./App.svelte";
import "./design/base.css";
import { commands, failure } from "./ipc";
import { Studio } from "./studio.svelte";

const root = document.documentElement;
const start = await commands.windowStart().catch((thrown: unknown) => {
  // Without its start the window knows no language, so the chain itself is shown, not an empty window.
  document.body.textContent = JSON.stringify(failure(thrown), null, 2);
  throw thrown;
});
root.dataset["platform"] = start.platform;
if (start.automation) root.dataset["still"] = "";

const studio = new Studio(start);
mount(App, { target: document.getElementById("app")!, props: { studio } });

// Two frames: the first is asked for, the second shows that one came.
requestAnimationFrame(() => requestAnimationFrame(() => void commands.windowPainted()));
void studio.begin().finally(() => (root.dataset["ready"] = ""));
