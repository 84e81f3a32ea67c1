import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { RunError } from "../../core/errors.js";
import { runDirectory, zooNames } from "../../runs/index.js";
import { readRun } from "../../training/index.js";
import type { RunFacts } from "../engine/catalogue.js";

/** Runs that ship with Figment and those in the studio's folder. Runs that cannot be read are left out. */
export async function runsHere(folder: string): Promise<RunFacts[]> {
  const references = [...zooNames().map((name) => `zoo:${name}`), ...(await namesIn(folder))];
  const facts = await Promise.all(
    references.map((reference) => factsOf(folder, reference).catch(() => undefined)),
  );
  return facts.filter((found) => found !== undefined);
}

async function factsOf(folder: string, reference: string): Promise<RunFacts> {
  const { model, data, progress, status } = await readRun(placeOf(folder, reference));
  const { name } = data as { name?: unknown };
  const { step, best } = progress;
  return { ref: reference, model, data: String(name ?? ""), steps: step, status, best };
}

/**
 * The directory of a run that the studio knows.
 *
 * @throws RunError when there is no such run, such as for a path to another folder
 */
export async function knownRun(folder: string, reference: string): Promise<string> {
  if (reference.startsWith("zoo:") || (await namesIn(folder)).includes(reference)) {
    return placeOf(folder, reference);
  }
  throw new RunError(`there is no run "${reference}" in ${folder}`);
}

const placeOf = (folder: string, reference: string): string =>
  reference.startsWith("zoo:") ? runDirectory(reference) : join(folder, reference);

async function namesIn(folder: string): Promise<string[]> {
  if (!existsSync(folder)) return [];
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, "run.json")))
    .map(({ name }) => name)
    .sort();
}
