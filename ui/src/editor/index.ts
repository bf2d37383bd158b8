export { PageEditor, type PageEditorOptions } from "./page-editor";
export type { Anchor } from "./anchors";
