/**
 * Figment in a page: the everyday functions of `index.ts`, without those that need files.
 */
export { datasets, loadDataset } from "./data/index.browser.js";
export * from "./everywhere.js";
