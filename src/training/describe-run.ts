import type { DataTraits } from "../core/batch.js";
import { parseConfig } from "../core/config.js";
import type { Model, ModelDefinition, Parts } from "../core/model.js";
import { partsOf } from "../core/part.js";
import type { StoredTensor } from "../core/safetensors.js";
import { weightsIn } from "../core/stored-state.js";
import { type DataSpec, dataTraits, parseDataSpec } from "../data/data-spec.js";
import type { HostArray } from "../tensor/dtype.js";
import { withAverages } from "./averaging.js";
import type { RunRecord } from "./run-record.js";

/** A run's definition and configuration, without its weights. */
export interface DescribedRun {
  readonly definition: ModelDefinition;
  readonly config: Readonly<Record<string, unknown>>;
  readonly data: DataSpec;
  readonly traits: DataTraits;
  readonly parts: Parts;
  readonly model: Model;
}

/**
 * @throws ConfigError when the record names an unknown model, or settings the model does not take
 */
export function describeRun(
  record: RunRecord,
  directory: string,
  findModel: (id: string) => ModelDefinition,
): DescribedRun {
  const definition = findModel(record.model);
  const config = parseConfig(definition.config, record.config, directory);
  const data = parseDataSpec(record.data);
  const traits = dataTraits(data);
  const parts = partsOf(record.parts, findModel);
  return {
    definition,
    config,
    data,
    traits,
    parts,
    model: definition.build(config, traits, parts),
  };
}

/**
 * The weights among a checkpoint's tensors; averaged ones take the place of those that they are averages of.
 *
 * @throws RunError when they do not fit the model
 */
export function storedWeights(
  tensors: ReadonlyMap<string, StoredTensor>,
  model: Model,
  traits: DataTraits,
  { source, omit = new Set() }: { readonly source: string; readonly omit?: ReadonlySet<string> },
): Map<string, HostArray> {
  return weightsIn(withAverages(tensors), model, traits, { source, others: "ignore", omit });
}
