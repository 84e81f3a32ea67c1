/** Metrics, one per file. */
export { auroc, falsePositiveRate } from "./auroc.js";
