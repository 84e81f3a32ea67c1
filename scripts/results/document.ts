import { existsSync, readFileSync } from "node:fs";
import type { Evaluation } from "../../src/runs/index.js";
import type { Recipe } from "./recipes.js";

export const RESULTS_FILE = "docs/results.json";

export type Judged = Pick<Evaluation, "figures" | "protocol" | "cautions">;

/** A model on the results page. */
export interface Result extends Recipe {
  /** Hash of all that the figures depend on: an entry with another one is computed again. */
  readonly key: string;
  readonly evaluation: Judged;
  readonly parameters: number;
  readonly trainingSeconds: number;
}

/** A set that some metrics praise without cause. */
export interface Fooled {
  readonly name: string;
  readonly key: string;
  readonly evaluation: Judged;
}

export interface ResultsDocument {
  readonly models: readonly Result[];
  readonly fooled: readonly Fooled[];
}

export function readResults(): ResultsDocument {
  if (!existsSync(RESULTS_FILE)) return { models: [], fooled: [] };
  return JSON.parse(readFileSync(RESULTS_FILE, "utf8")) as ResultsDocument;
}
