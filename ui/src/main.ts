import { mount } from "svelte";

import App from "./App.svelte";
import "./design/base.css";
import { commands } from "./ipc";
import { Studio } from "./studio.svelte";

const start = await commands.windowStart();
const root = document.documentElement;
root.dataset["platform"] = start.platform;
if (start.automation) root.dataset["still"] = "";

const studio = new Studio(start);
mount(App, { target: document.getElementById("app")!, props: { studio } });

// Two frames: the first is asked for, the second shows that one came.
requestAnimationFrame(() => requestAnimationFrame(() => void commands.windowPainted()));
void studio.begin().finally(() => (root.dataset["ready"] = ""));
