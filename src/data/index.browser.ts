/**
 * The part of `figment/data` that works in a page: everything but files, caches and pictures on
 * disk.
 */
export * from "./everywhere.js";
export { datasets, loadDataset } from "./load-dataset.browser.js";
export type { NamedLoadOptions as LoadOptions } from "./load-named.js";
