import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { RunError } from "../core/errors.js";
import { didYouMean } from "../core/suggest.js";

const ZOO = "zoo:";
/** The folder of the runs that ship with Figment. */
export const zooDirectory = fileURLToPath(new URL("../../zoo/", import.meta.url));

/** Names of the runs that ship with Figment. */
export function zooNames(): string[] {
  if (!existsSync(zooDirectory)) return [];
  return readdirSync(zooDirectory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

/**
 * The directory of a run, given as a path or as `zoo:NAME`. @throws RunError for an unknown name
 */
export function runDirectory(run: string): string {
  if (!run.startsWith(ZOO)) return run;
  const name = run.slice(ZOO.length);
  const known = zooNames();
  if (known.includes(name)) return `${zooDirectory}${name}`;
  const hint = didYouMean(name, known) || `; there are ${known.join(", ") || "none"}`;
  throw new RunError(`there is no run "${name}" in the zoo${hint}`);
}
