import { readdir, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { codeOf, fileProblem, writeFileAtomic } from "../core/atomic-file.js";
import { RunError } from "../core/errors.js";
import type { StoredTensor } from "../core/safetensors.js";
import { tensorsOf } from "../core/stored-state.js";
import type { GroupSpec, StateValues } from "../runtime/program.js";
import {
  type CheckpointInfo,
  encodeCheckpoint,
  parseInfo,
  type VerifiedCheckpoint,
  verifyCheckpoint,
} from "./checkpoint-file.js";
import { readRunFile } from "./run-file.js";

/** The step in the name of a checkpoint; undefined for other names. */
export function stepOf(name: string): number | undefined {
  const digits = STEP_FILE.exec(basename(name))?.[1];
  return digits === undefined ? undefined : Number(digits);
}

const STEP_FILE = /^step-(\d{8,})\.safetensors$/;
const BEST_FILE = "best.safetensors";

/** Everything that training needs to go on. */
export interface CheckpointContent {
  readonly groups: readonly GroupSpec[];
  readonly values: StateValues;
  readonly info: CheckpointInfo;
}

/** A checkpoint that was read and found whole. */
export interface Checkpoint {
  readonly path: string;
  readonly info: CheckpointInfo;
  /** By full name, `group.slot`. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
}

/**
 * Writes the checkpoint of its step, then removes those before it except the last `keep`.
 *
 * @param directory  `checkpoints/` of a run; must exist
 * @returns          the path written
 * @throws RunError when it cannot be written; the checkpoints before it are then all still there
 */
export async function writeCheckpoint(
  directory: string,
  { groups, values, info }: CheckpointContent,
  { keep = 2 } = {},
): Promise<string> {
  const path = join(directory, `step-${String(info.step).padStart(8, "0")}.safetensors`);
  await writeFileAtomic(path, encodeCheckpoint(tensorsOf(groups, values), info));
  // Files of later steps were found damaged when training resumed before them; it will replace them.
  const before = (await stepFiles(directory)).filter(({ step }) => step <= info.step);
  for (const { name } of before.slice(Math.max(1, keep))) await remove(join(directory, name));
  return path;
}

/**
 * Writes the best checkpoint so far, in place of the one before.
 *
 * @param half  store float32 as float16, for weights that ship
 */
export async function writeBest(
  directory: string,
  { groups, values, info }: CheckpointContent,
  { half = false } = {},
): Promise<string> {
  const path = join(directory, BEST_FILE);
  await writeFileAtomic(path, encodeCheckpoint(tensorsOf(groups, values, { half }), info));
  return path;
}

/** @throws RunError when it is missing, damaged, foreign or made by a newer Figment */
export async function readCheckpoint(path: string): Promise<Checkpoint> {
  return understand(path, await readVerified(path));
}

/** The best checkpoint of a run, where it has one. @throws RunError as {@link readCheckpoint} does */
export async function bestCheckpoint(directory: string): Promise<Checkpoint | undefined> {
  try {
    return await readCheckpoint(join(directory, BEST_FILE));
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** The newest checkpoint that is whole, and a sentence for each newer one that is not. */
export interface Latest {
  /** Undefined where the run has no checkpoint at all. */
  readonly checkpoint: Checkpoint | undefined;
  readonly warnings: readonly string[];
}

/**
 * Finds where training can go on. Safe while another process trains.
 *
 * @param attempts  how often to look again when a listed checkpoint has meanwhile been replaced
 * @throws RunError when there are checkpoints and none is whole, or when the newest whole one was
 *   made by a newer Figment
 */
export async function latestCheckpoint(directory: string, attempts = 5): Promise<Latest> {
  const warnings: string[] = [];
  for (const { name, step } of await stepFiles(directory)) {
    const path = join(directory, name);
    let verified: VerifiedCheckpoint;
    try {
      verified = await readVerified(path);
    } catch (error) {
      // The process that trains removed it in between: there are newer ones now.
      if (isMissing(error) && attempts > 1) return latestCheckpoint(directory, attempts - 1);
      if (!(error instanceof RunError)) throw error;
      warnings.push(`${error.message} The checkpoint before it is used.`);
      continue;
    }
    const checkpoint = understand(path, verified);
    if (checkpoint.info.step === step) return { checkpoint, warnings };
    warnings.push(
      `${path} is of step ${checkpoint.info.step}, not of the step in its name. The checkpoint before it is used.`,
    );
  }
  if (warnings.length === 0) return { checkpoint: undefined, warnings };
  throw new RunError(
    `no checkpoint in ${directory} can be used; start anew with --overwrite. ${warnings
      .map((warning) => warning.replace(" The checkpoint before it is used.", ""))
      .join(" ")}`,
  );
}

function understand(path: string, { tensors, infoText }: VerifiedCheckpoint): Checkpoint {
  return { path, tensors, info: parseInfo(infoText, path) };
}

async function readVerified(path: string): Promise<VerifiedCheckpoint> {
  return verifyCheckpoint(await readRunFile(path), path);
}

async function remove(path: string): Promise<void> {
  try {
    await rm(path, { force: true });
  } catch (error) {
    throw fileProblem(error, `cannot remove ${path}`);
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof RunError && codeOf(error.cause) === "ENOENT";
}

/** Checkpoints of a directory, newest first; none where there is no directory. */
async function stepFiles(directory: string): Promise<{ name: string; step: number }[]> {
  let names: string[];
  try {
    names = await readdir(directory);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return [];
    throw fileProblem(error, `cannot list ${directory}`);
  }
  return names
    .map((name) => ({ name, step: stepOf(name) ?? Number.NaN }))
    .filter(({ step }) => Number.isSafeInteger(step))
    .sort((a, b) => b.step - a.step);
}
