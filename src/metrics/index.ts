/** What judges a model, one metric a file. */
export { auroc, falsePositiveRate } from "./auroc.js";
