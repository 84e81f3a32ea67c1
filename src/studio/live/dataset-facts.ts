import type { NamedDataset } from "../../data/named-dataset.js";
import type { DatasetFacts } from "../engine/catalogue.js";

/** A data set as lists show it. */
export function datasetFacts(dataset: NamedDataset, here: boolean): DatasetFacts {
  const { name, title, channels, height, width, splits, origin, licence, note, density } = dataset;
  const planar = density !== undefined;
  const count = splits.train;
  return { name, title, channels, height, width, count, origin, licence, note, here, planar };
}
