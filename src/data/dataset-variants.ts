import { z } from "zod";
import { parseAssignments, parseConfig } from "../core/config.js";
import type { ConfigSchema } from "../core/config-schema.js";
import { ConfigError } from "../core/errors.js";
import type { NamedDataset } from "./named-dataset.js";

/** Images that a drawn set may have: the numbers of each image besides its pixels are kept in memory. */
const MOST = 10_000_000;

/** Decides every draw of a set. */
export const seedOption = z.int().min(0).default(0).describe("decides every draw");

/** How many images are drawn for training. */
export const countOption = (usual: number, most = MOST) =>
  z.int().min(1).max(most).default(usual).describe("images for training");

/** What a set with options is, apart from its name. */
export type DatasetDescription = Omit<NamedDataset, "name" | "variants">;

/**
 * A data set that takes options, as it is with their defaults; `variants` gives it with others.
 *
 * @param describe  the set of some options; `fullName` is what loads that set again
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
 * The data set that a person names, such as `mnist` or `shapes:seed=3:count=1000`.
 *
 * @returns undefined where no set has the name before the first colon
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
    throw new ConfigError(`${name} takes no options; "${fullName}" gives it some`);
  }
  return variants.choose(parseAssignments(pairs, variants.schema));
}

/** The name of a set and the `key=value` pairs that follow it. */
export function splitName(fullName: string): { name: string; pairs: string[] } {
  const [name = "", ...pairs] = fullName.split(":");
  return { name, pairs };
}
