import type { DataTraits } from "../core/batch.js";
import { RunError } from "../core/errors.js";
import type { Model, ModelDefinition, Part, Parts } from "../core/model.js";
import { hashOf, hostedValues } from "../core/part.js";
import { fittedAfterwards } from "../core/state.js";
import type { StateValues } from "../runtime/program.js";
import type { HostArray } from "../tensor/dtype.js";
import { describeRun } from "../training/describe-run.js";
import { type LoadRunOptions, weightsOfRun } from "../training/load-run.js";
import { readRun } from "../training/run-directory.js";
import type { RunRecord } from "../training/run-record.js";
import { runDirectory } from "./zoo.js";

/** Weights that a run starts from, with warnings for the user. */
export interface BorrowedWeights {
  readonly values: StateValues;
  readonly warnings: readonly string[];
}

/**
 * The configuration of a run whose weights another starts from. @throws RunError for another model
 */
export async function settingsOf(
  run: string,
  { id }: ModelDefinition,
): Promise<Readonly<Record<string, unknown>>> {
  const { model, config } = await readRun(runDirectory(run));
  if (model === id) return config;
  throw new RunError(`${run} is a run of ${model}: ${id} cannot start from its weights`);
}

/**
 * Reads the weights of a run of the same model, apart from what is fitted when training ends, and so made
 * again: a run without a prior can be given one.
 *
 * @throws RunError when they do not fit
 */
export async function weightsOf(
  run: string,
  model: Model,
  traits: DataTraits,
): Promise<BorrowedWeights & { readonly record: NonNullable<RunRecord["weights"]> }> {
  const { values, step, warnings } = await weightsOfRun(
    runDirectory(run),
    model,
    traits,
    "best",
    fittedAfterwards(model),
  );
  return { values, warnings, record: { run, step } };
}

/**
 * Opens runs as parts of another model.
 *
 * @param runs  run directories or `zoo:NAME`, by the part's name
 * @returns     the parts, and their weights under their names in the host
 */
export async function openParts(
  runs: Readonly<Record<string, string>>,
  findModel: LoadRunOptions["findModel"],
): Promise<BorrowedWeights & { readonly parts: Parts }> {
  const parts: Record<string, Part> = {};
  const values = new Map<string, HostArray>();
  const warnings: string[] = [];
  for (const [name, run] of Object.entries(runs)) {
    const directory = runDirectory(run);
    const described = describeRun(await readRun(directory), directory, findModel);
    const { definition, config, traits, model, parts: inner } = described;
    const weights = await weightsOfRun(directory, model, traits);
    const origin = { run, step: weights.step, sha256: await hashOf(weights.values) };
    parts[name] = { definition, config, data: traits, model, parts: inner, origin };
    warnings.push(...weights.warnings);
    for (const [path, value] of hostedValues(name, weights.values)) values.set(path, value);
  }
  return { parts, values, warnings };
}
