import { splitName } from "../../data/dataset-variants.js";
import type { Judges } from "./judges.js";
import { scenesJudges } from "./scenes-judges.js";
import { shapesJudges } from "./shapes-judges.js";

/** Judges by the name of the data set whose images they read. */
const judges: Readonly<Record<string, Judges>> = {
  scenes: scenesJudges,
  "scenes-digits": scenesJudges,
  shapes: shapesJudges,
};

/** Data sets with judges. */
export const judgedDatasets: readonly string[] = Object.keys(judges);

/** The judges of a data set's images, with any options. @returns undefined where it has none */
export function judgesFor(source: string): Judges | undefined {
  const { name } = splitName(source);
  return Object.hasOwn(judges, name) ? judges[name] : undefined;
}
