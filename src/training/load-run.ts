import { parseConfig } from "../core/config.js";
import { RunError } from "../core/errors.js";
import { type LoadedModel, loadModel } from "../core/loaded-model.js";
import type { ModelDefinition } from "../core/model.js";
import { groupsOf, variablesOf } from "../core/state.js";
import { type DataSpec, dataTraits, parseDataSpec } from "../data/data-spec.js";
import type { Device } from "../runtime/program.js";
import type { HostArray } from "../tensor/dtype.js";
import { bestCheckpoint, type Checkpoint, latestCheckpoint } from "./checkpoint.js";
import { valuesOf } from "./checkpoint-file.js";
import { readRun, runPaths } from "./run-directory.js";
import type { RunRecord } from "./run-record.js";

/** A run ready to be used. */
export interface LoadedRun {
  readonly record: RunRecord;
  readonly data: DataSpec;
  /** Training steps behind the weights. */
  readonly step: number;
  readonly model: LoadedModel;
  readonly warnings: readonly string[];
}

export interface LoadRunOptions {
  readonly device: Device;
  /** The definition of a model's id, usually the registry's `findModel`. */
  findModel(id: string): ModelDefinition;
  /** `best` (default) falls back to the last where none was picked. */
  readonly checkpoint?: "best" | "last";
}

/**
 * Puts a run's weights on a device; averaged weights where it kept them. Its data need not be there.
 *
 * @throws RunError when it is no run, has no checkpoint that can be used, or does not fit its model
 */
export async function loadRun(directory: string, options: LoadRunOptions): Promise<LoadedRun> {
  const record = await readRun(directory);
  const definition = options.findModel(record.model);
  const config = parseConfig(definition.config, record.config, directory);
  const data = parseDataSpec(record.data);
  const { checkpoint, warnings } = await pick(directory, options.checkpoint ?? "best");
  const values = weightsIn(checkpoint, definition, config, data);
  const model = await loadModel(definition, config, dataTraits(data), options.device, values);
  return { record, data, step: checkpoint.info.step, model, warnings };
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
      warnings.push(`${error.message} The last checkpoint is used.`);
    }
  }
  const latest = await latestCheckpoint(checkpoints);
  if (latest.checkpoint === undefined) {
    throw new RunError(
      `${directory} has no checkpoint yet. Go on with its training: figment train --resume ${directory}`,
    );
  }
  return { checkpoint: latest.checkpoint, warnings: [...warnings, ...latest.warnings] };
}

function weightsIn(
  { tensors, path }: Checkpoint,
  definition: ModelDefinition,
  config: Readonly<Record<string, unknown>>,
  data: DataSpec,
): Map<string, HostArray> {
  const traits = dataTraits(data);
  const own = groupsOf(variablesOf(definition.build(config, traits), traits).list());
  const averaged = new Map(tensors);
  for (const [name, tensor] of tensors) {
    if (name.startsWith("ema.")) averaged.set(`parameters.${name.slice("ema.".length)}`, tensor);
  }
  return valuesOf(averaged, own, { source: path, others: "ignore" });
}
