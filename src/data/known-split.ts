import { ConfigError } from "../core/errors.js";

/**
 * Narrows a split to those of a data set.
 *
 * @param splits  by name
 * @throws ConfigError listing the splits of the data set when there is no such split
 */
export function knownSplit<S extends string>(
  dataset: string,
  splits: Readonly<Record<S, unknown>>,
  split: string,
): S {
  const names = Object.keys(splits);
  if (names.includes(split)) return split as S;
  const listed = [names.slice(0, -1).join(", "), names.at(-1)].join(" and ");
  throw new ConfigError(`${dataset} has no split "${split}"; it has ${listed}`);
}
