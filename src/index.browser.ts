/**
 * Figment in a page: the functions of `index.ts` that need no files.
 */
export { datasets, loadDataset } from "./data/index.browser.js";
export * from "./everywhere.js";
