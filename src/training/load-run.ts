import { basename, resolve } from "node:path";
import type { DataTraits } from "../core/batch.js";
import { RunError } from "../core/errors.js";
import { type LoadedModel, loadModel } from "../core/loaded-model.js";
import type { Model, ModelDefinition } from "../core/model.js";
import { shellWord } from "../core/shell-word.js";
import type { DataSpec } from "../data/data-spec.js";
import type { Device, StateValues } from "../runtime/program.js";
import { bestCheckpoint, latestCheckpoint } from "./checkpoint.js";
import { describeRun, storedWeights } from "./describe-run.js";
import { readRun, runPaths } from "./run-directory.js";
import type { RunRecord } from "./run-record.js";

/** A run whose model is on a device, ready to use. */
export interface OpenRun {
  /** The last part of the run's directory, for titles. */
  readonly name: string;
  readonly record: RunRecord;
  readonly data: DataSpec;
  /** Training steps of the weights. */
  readonly step: number;
  readonly model: LoadedModel;
  readonly warnings: readonly string[];
  /** Releases the model. */
  close(): Promise<void>;
}

export interface LoadRunOptions {
  readonly device: Device;
  /** Finds the definition of a model id; usually the registry's `findModel`. */
  findModel(id: string): ModelDefinition;
  /** `best` (the default) falls back to the last where the run has no best checkpoint. */
  readonly checkpoint?: "best" | "last";
}

/**
 * Loads a run's weights onto a device: the averaged ones where the run has them. It needs neither
 * the run's data nor the runs of its parts.
 *
 * @throws RunError when it is not a run, has no usable checkpoint or does not fit its model
 */
export async function loadRun(directory: string, options: LoadRunOptions): Promise<OpenRun> {
  const record = await readRun(directory);
  const described = describeRun(record, directory, options.findModel);
  const { definition, config, traits, parts, model: built } = described;
  const { values, step, warnings } = await weightsOfRun(
    directory,
    built,
    traits,
    options.checkpoint,
  );
  const model = await loadModel(definition, config, traits, options.device, values, parts);
  return {
    name: basename(resolve(directory)),
    record,
    data: described.data,
    step,
    model,
    warnings,
    close: () => model.release(),
  };
}

/** Weights of a run, in the form that its model needs. */
export interface RunWeights {
  readonly values: StateValues;
  /** Training steps of the weights. */
  readonly step: number;
  readonly warnings: readonly string[];
}

/**
 * Reads a run's weights: the averaged ones where the run has them.
 *
 * @param model  the model that the weights must fit
 * @param which  `best` falls back to the last where the run has no best checkpoint
 * @param omit   full names of weights that are not read
 * @throws RunError when the run has no usable checkpoint or does not fit the model
 */
export async function weightsOfRun(
  directory: string,
  model: Model,
  traits: DataTraits,
  which: "best" | "last" = "best",
  omit: ReadonlySet<string> = new Set(),
): Promise<RunWeights> {
  const { checkpoint, warnings } = await pick(directory, which);
  const { tensors, path } = checkpoint;
  const values = storedWeights(tensors, model, traits, { source: path, omit });
  return { values, step: checkpoint.info.step, warnings };
}

async function pick(directory: string, which: "best" | "last") {
  const { checkpoints } = runPaths(directory);
  const warnings: string[] = [];
  if (which === "best") {
    try {
      const checkpoint = await bestCheckpoint(checkpoints);
      if (checkpoint !== undefined) return { checkpoint, warnings };
    } catch (error) {
      if (!(error instanceof RunError)) throw error;
      warnings.push(`${error.message} Figment uses the last checkpoint instead.`);
    }
  }
  const latest = await latestCheckpoint(checkpoints);
  if (latest.checkpoint === undefined) {
    throw new RunError(
      `${directory} has no checkpoint yet. Continue its training: figment train --resume ${shellWord(directory)}`,
    );
  }
  return { checkpoint: latest.checkpoint, warnings: [...warnings, ...latest.warnings] };
}
