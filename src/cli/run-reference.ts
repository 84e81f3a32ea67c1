import { existsSync, readdirSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { didYouMean } from "../core/suggest.js";
import { runDirectory, zooNames } from "../runs/index.js";
import { UsageError } from "./errors.js";

const ZOO = "zoo:";

/**
 * The directory of a run that a user gives as a path or as `zoo:NAME`. Its reader checks that it is
 * a run.
 *
 * @throws UsageError for a name that the zoo does not have, or a path that does not exist
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
      names.length === 0 ? "this version ships without runs" : `it has ${names.join(", ")}`;
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
