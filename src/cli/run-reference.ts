import { existsSync, readdirSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { didYouMean } from "../core/suggest.js";
import { runDirectory, zooNames } from "../runs/index.js";
import { UsageError } from "./errors.js";

const ZOO = "zoo:";

/**
 * The directory of a run as a user names it: a path, or `zoo:NAME`. Whether it is a run is for its
 * reader to find out.
 *
 * @throws UsageError for a name that the zoo does not have, or a path that is nearly that of a run
 */
export function resolveRun(reference: string): string {
  const names = zooNames();
  if (reference.startsWith(ZOO)) {
    const name = reference.slice(ZOO.length);
    if (names.includes(name)) return runDirectory(reference);
    const near = didYouMean(
      ZOO + name,
      names.map((known) => ZOO + known),
    );
    const all =
      names.length === 0 ? "no run ships with this version" : `it has ${names.join(", ")}`;
    throw new UsageError(`the zoo has no run "${name}"${near || `; ${all}`}`);
  }
  if (existsSync(reference)) return reference;
  if (names.includes(reference)) {
    throw new UsageError(
      `there is no directory "${reference}"; did you mean "${ZOO}${reference}"?`,
    );
  }
  const parent = dirname(reference);
  const near = didYouMean(basename(reference), runsIn(parent));
  if (near !== "") {
    const path = near.replace(/"(.*)"/, (_, name: string) => `"${join(parent, name)}"`);
    throw new UsageError(`there is no run "${reference}"${path}`);
  }
  return reference;
}

/** The name of a run, for titles. */
export const runName = (directory: string): string => basename(resolve(directory));

function runsIn(directory: string): string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory).filter((name) => existsSync(join(directory, name, "run.json")));
}
