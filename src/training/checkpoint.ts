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

/** Everything that training needs to resume. */
export interface CheckpointContent {
  readonly groups: readonly GroupSpec[];
  readonly values: StateValues;
  readonly info: CheckpointInfo;
}

/** A checkpoint that was read and is intact. */
export interface Checkpoint {
  readonly path: string;
  readonly info: CheckpointInfo;
  /** By full name, `group.slot`. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
}

/**
 * Writes the checkpoint of a step, then removes older ones until `keep` remain.
 *
 * @param directory  `checkpoints/` of a run; must exist
 * @returns          the path written
 * @throws RunError when it cannot be written; all earlier checkpoints then still exist
 */
export async function writeCheckpoint(
  directory: string,
  { groups, values, info }: CheckpointContent,
  { keep = 2 } = {},
): Promise<string> {
  const path = join(directory, `step-${String(info.step).padStart(8, "0")}.safetensors`);
  await writeFileAtomic(path, encodeCheckpoint(tensorsOf(groups, values), info));
  // Files of later steps are damaged: training resumed before them and will replace them.
  const before = (await stepFiles(directory)).filter(({ step }) => step <= info.step);
  for (const { name } of before.slice(Math.max(1, keep))) await remove(join(directory, name));
  return path;
}

/**
 * Writes the best checkpoint so far, replacing the previous one.
 *
 * @param half  store float32 as float16, for weights that are published
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

/** @throws RunError when it is missing, damaged, not a checkpoint or from a newer Figment */
export async function readCheckpoint(path: string): Promise<Checkpoint> {
  return understand(path, await readVerified(path));
}

/** The best checkpoint of a run, if any. @throws RunError as {@link readCheckpoint} */
export async function bestCheckpoint(directory: string): Promise<Checkpoint | undefined> {
  try {
    return await readCheckpoint(join(directory, BEST_FILE));
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** The newest intact checkpoint, and a warning for each newer one that is damaged. */
export interface Latest {
  /** Undefined where the run has no checkpoints. */
  readonly checkpoint: Checkpoint | undefined;
  readonly warnings: readonly string[];
}

/**
 * Finds the checkpoint to resume from. Safe while another process trains.
 *
 * @param attempts  how often to list again when a listed checkpoint was replaced meanwhile
 * @throws RunError when there are checkpoints but none is intact, or when a newer Figment wrote the
 *   newest intact one
 */
export async function latestCheckpoint(directory: string, attempts = 5): Promise<Latest> {
  const warnings: string[] = [];
  for (const { name, step } of await stepFiles(directory)) {
    const path = join(directory, name);
    let verified: VerifiedCheckpoint;
    try {
      verified = await readVerified(path);
    } catch (error) {
      // The training process removed it meanwhile: there are newer ones now.
      if (isMissing(error) && attempts > 1) return latestCheckpoint(directory, attempts - 1);
      if (!(error instanceof RunError)) throw error;
      warnings.push(`${error.message} Figment uses the checkpoint before it.`);
      continue;
    }
    const checkpoint = understand(path, verified);
    if (checkpoint.info.step === step) return { checkpoint, warnings };
    warnings.push(
      `${path} is of step ${checkpoint.info.step}, not of the step in its name. Figment uses the checkpoint before it.`,
    );
  }
  if (warnings.length === 0) return { checkpoint: undefined, warnings };
  throw new RunError(
    `no checkpoint in ${directory} can be used; start again with --overwrite. ${warnings
      .map((warning) => warning.replace(" Figment uses the checkpoint before it.", ""))
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
