import { ConfigError } from "../core/errors.js";

/**
 * A split as the type of those that a data set has.
 *
 * @param splits  by name
 * @throws ConfigError that names the splits of the set when there is no such split
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
