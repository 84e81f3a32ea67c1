import { z } from "zod";
import { parseAssignments, parseConfig } from "../core/config.js";
import type { ConfigSchema } from "../core/config-schema.js";
import { ConfigError } from "../core/errors.js";
import type { NamedDataset } from "./named-dataset.js";

/** Largest number of images of a drawn set, because their annotations are kept in memory. */
const MOST = 10_000_000;

/** The seed of every draw of a set. */
export const seedOption = z.int().min(0).default(0).describe("seed of every draw");

/** The number of training images. */
export const countOption = (usual: number, most = MOST) =>
  z.int().min(1).max(most).default(usual).describe("number of training images");

/** A data set with options, without its name. */
export type DatasetDescription = Omit<NamedDataset, "name" | "variants">;

/**
 * A data set with options, at their defaults; `variants` makes it with others.
 *
 * @param describe  makes the set with some options; `fullName` loads that set again
 */
export function datasetWithOptions<S extends ConfigSchema>(
  name: string,
  schema: S,
  describe: (options: z.output<S>, fullName: string) => DatasetDescription,
): NamedDataset {
  const usual: Readonly<Record<string, unknown>> = schema.parse({});
  const choose = (raw: unknown): NamedDataset => {
    const options = parseConfig(schema, raw, name);
    const chosen = Object.entries(options).filter(([key, value]) => value !== usual[key]);
    const fullName = [name, ...chosen.map(([key, value]) => `${key}=${value}`)].join(":");
    return { name: fullName, ...describe(options, fullName), variants: { schema, choose } };
  };
  return choose({});
}

/**
 * Finds the data set that a user names, such as `mnist` or `shapes:seed=3:count=1000`.
 *
 * @returns undefined when no set has the name before the first colon
 * @throws ConfigError when the set has no such option or takes none
 */
export function findNamed(
  datasets: readonly NamedDataset[],
  fullName: string,
): NamedDataset | undefined {
  const { name, pairs } = splitName(fullName);
  const dataset = datasets.find((known) => known.name === name);
  if (dataset === undefined || pairs.length === 0) return dataset;
  const { variants } = dataset;
  if (variants === undefined) {
    throw new ConfigError(`${name} takes no options, but "${fullName}" has some`);
  }
  return variants.choose(parseAssignments(pairs, variants.schema));
}

/** Splits a full name into the set's name and its `key=value` pairs. */
export function splitName(fullName: string): { name: string; pairs: string[] } {
  const [name = "", ...pairs] = fullName.split(":");
  return { name, pairs };
}
