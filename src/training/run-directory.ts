import { readdir, rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import {
  codeOf,
  fileProblem,
  isTemporary,
  makeDirectory,
  removeTemporaries,
  writeFileAtomic,
} from "../core/atomic-file.js";
import { RunError } from "../core/errors.js";
import { shellWord } from "../core/shell-word.js";
import { stepOf } from "./checkpoint.js";
import { parseDocument } from "./json-document.js";
import { LOCK_FILE, lockRun, type RunLock } from "./lock.js";
import { readRunFile, requireOwnFolder } from "./run-file.js";
import { RUN_FORMAT, type RunRecord, runDocument } from "./run-record.js";

const RECORD_FILE = "run.json";
/** Names of many classes and words included. */
const MOST_RECORD_BYTES = 2 ** 26;

/** The files and folders of a run. */
export interface RunPaths {
  readonly directory: string;
  /** run.json */
  readonly record: string;
  readonly checkpoints: string;
  readonly metrics: string;
  readonly samples: string;
  /** Event files for TensorBoard. */
  readonly events: string;
  /** How the samples became better, where training evaluated them. */
  readonly evaluationChart: string;
}

export function runPaths(directory: string): RunPaths {
  return {
    directory,
    record: join(directory, RECORD_FILE),
    checkpoints: join(directory, "checkpoints"),
    metrics: join(directory, "metrics.jsonl"),
    samples: join(directory, "samples"),
    events: join(directory, "events"),
    evaluationChart: join(directory, "evaluation.png"),
  };
}

/** A run that only this process may write to, until it releases the lock. */
export interface LockedRun {
  readonly paths: RunPaths;
  readonly record: RunRecord;
  readonly lock: RunLock;
}

/**
 * Makes a run directory with its folders and `run.json`, and locks it.
 *
 * @param overwrite  replace an existing run, whatever it has reached
 * @throws RunError when the directory holds a run that has reached a step (unless `overwrite`) or anything
 *   else, when another training holds it, or when it cannot be written; what was there is then untouched
 */
export async function createRun(
  directory: string,
  record: RunRecord,
  { overwrite = false } = {},
): Promise<LockedRun> {
  const paths = runPaths(directory);
  await requireVacant(paths, overwrite);
  const made = await makeDirectory(directory);
  let lock: RunLock | undefined;
  try {
    lock = lockRun(directory);
    // Check again, now that no other process can make a run here.
    await requireVacant(paths, overwrite);
    // run.json exists whenever anything else does, so after an interruption the directory is still
    // a run that can be resumed or overwritten.
    const { record: _, directory: __, ...contents } = paths;
    for (const path of Object.values(contents)) {
      await rm(path, { recursive: true, force: true });
    }
    await removeTemporaries(directory);
    await writeRun(paths, record);
    await makeFolders(paths);
  } catch (error) {
    lock?.release();
    // Removes the directory only if this call made it and it is empty. A failure here adds nothing.
    if (made) await rmdir(directory).catch(() => {});
    throw fileProblem(error, `cannot make a run in ${directory}`);
  }
  return { paths, record, lock };
}

/**
 * Locks a run to resume its training, and removes temporary files of interrupted writes.
 *
 * @throws RunError when it is not a run, is damaged, is from a newer Figment or is being trained
 */
export async function resumeRun(directory: string): Promise<LockedRun> {
  await readRun(directory);
  const paths = runPaths(directory);
  const lock = lockRun(directory);
  try {
    // Read again: the previous training may have written to it until this one got the lock.
    const record = await readRun(directory);
    await removeTemporaries(directory);
    for (const folder of [paths.checkpoints, paths.samples]) await removeTemporaries(folder);
    await makeFolders(paths);
    return { paths, record, lock };
  } catch (error) {
    lock.release();
    throw fileProblem(error, `cannot resume ${directory}`);
  }
}

/**
 * Reads a run's record. It needs no lock: a reader finds the old `run.json` or the new one.
 *
 * @throws RunError when it is no run, is damaged, was made by a newer Figment, or has a link or a pipe in
 *                  place of a file or folder of its own
 */
export async function readRun(directory: string): Promise<RunRecord> {
  const paths = runPaths(directory);
  const path = paths.record;
  let text: string;
  try {
    text = (await readRunFile(path, MOST_RECORD_BYTES)).toString("utf8");
  } catch (error) {
    throw (await whyNoRun(directory, error)) ?? error;
  }
  for (const folder of [paths.checkpoints, paths.samples, paths.events]) {
    await requireOwnFolder(folder);
  }
  const { format: _, ...record } = parseDocument(text, runDocument, path);
  return record;
}

/** Replaces `run.json`; only the lock's holder may. @throws RunError as {@link writeFileAtomic} */
export async function writeRun(paths: RunPaths, record: RunRecord): Promise<void> {
  const text = `${JSON.stringify({ format: RUN_FORMAT, ...record }, null, 2)}\n`;
  parseDocument(text, runDocument, "the record of the run");
  await writeFileAtomic(paths.record, text);
}

async function whyNoRun(directory: string, error: unknown): Promise<RunError | undefined> {
  const code = error instanceof RunError ? codeOf(error.cause) : undefined;
  if (code !== "ENOENT" && code !== "ENOTDIR") return undefined;
  const entries = await entriesOf(directory);
  const problem =
    entries === "absent"
      ? "there is no such directory"
      : entries === "file"
        ? "it is a file, not a run directory"
        : `it has no ${RECORD_FILE}, so it is not a run directory`;
  return new RunError(
    `${directory}: ${problem}. Make a run with: figment train MODEL --data NAME --out ${shellWord(directory)}`,
  );
}

async function requireVacant(paths: RunPaths, overwrite: boolean): Promise<void> {
  const { directory } = paths;
  const entries = await entriesOf(directory);
  if (entries === "absent") return;
  if (entries === "file") {
    throw new RunError(`${directory} is a file; choose another --out for the run`);
  }
  const others = entries.filter((name) => name !== LOCK_FILE && !isTemporary(name));
  if (others.includes(RECORD_FILE)) {
    if (overwrite || (await hasReachedNothing(paths))) return;
    throw new RunError(
      `${directory} already holds a run. Continue it: figment train --resume ${shellWord(directory)}; ` +
        "replace it: add --overwrite; or choose another --out.",
    );
  }
  if (others.length > 0) {
    const some = others.slice(0, 3).join(", ") + (others.length > 3 ? ", …" : "");
    throw new RunError(
      `${directory} is not empty and not a run (it has ${some}); choose another --out`,
    );
  }
}

/** Whether a run has no step of training to lose: its fit failed at once, or it was ended before. */
async function hasReachedNothing({ directory, checkpoints }: RunPaths): Promise<boolean> {
  try {
    const { progress, choice } = await readRun(directory);
    if (progress.step > 0 || hasFitted(choice)) return false;
  } catch (error) {
    if (error instanceof RunError) return false;
    throw error;
  }
  const kept = await entriesOf(checkpoints);
  if (!Array.isArray(kept)) return kept === "absent";
  return kept.every((name) => isTemporary(name) || stepOf(name) === 0);
}

const hasFitted = (choice: RunRecord["choice"]): boolean =>
  choice?.candidates.some(({ fitted }) => typeof fitted?.[choice.by] === "number") === true;

async function entriesOf(directory: string): Promise<string[] | "absent" | "file"> {
  try {
    return await readdir(directory);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return "absent";
    if (codeOf(error) === "ENOTDIR") return "file";
    throw fileProblem(error, `cannot list ${directory}`);
  }
}

async function makeFolders({ checkpoints, samples }: RunPaths): Promise<void> {
  for (const folder of [checkpoints, samples]) await makeDirectory(folder);
}
