import type { Batch } from "../../../core/batch.js";
import {
  batchSizeOf,
  consecutive,
  imageReader,
  inBatches,
  requireCount,
  withBatchSize,
} from "../../../core/capabilities/batches.js";
import { UnavailableError } from "../../../core/errors.js";
import type { ImageSource } from "../../../core/images.js";
import type { LoadedModel, WorkOptions } from "../../../core/loaded-model.js";
import { batchInputs } from "../../../core/state.js";
import type { Scope } from "../../../nn/scope.js";
import { cast, exp } from "../../../tensor/ops/elementwise.js";
import type { Tensor } from "../../../tensor/tensor.js";
import type { HmmConfig } from "./config.js";
import { smooth } from "./forward-backward.js";
import { filter, infer, requireWholeObservations, type Spec, specOf } from "./spec.js";
import { likeliestPath } from "./viterbi.js";

/** Likeliest paths of states. */
export interface StatePaths {
  readonly count: number;
  /** T: rows, columns or pixels of an image. */
  readonly length: number;
  /** [count, T], each below the number of states. */
  readonly states: Int32Array;
}

/** p(state t | image), row-major. */
export interface StatePosteriors {
  readonly count: number;
  /** T: rows, columns or pixels of an image. */
  readonly length: number;
  /** K */
  readonly states: number;
  /** [count, T, K] */
  readonly probs: Float32Array;
}

/**
 * The likeliest path of states of each image. Missing pixels (NaN) are ignored.
 *
 * @throws UnavailableError when the model is not a hidden Markov model
 * @throws DataError when the model needs pixels that are missing
 */
export async function viterbi(
  model: LoadedModel,
  images: ImageSource,
  options: WorkOptions = {},
): Promise<StatePaths> {
  const spec = specOfModel(model, "viterbi");
  const { length } = spec.sequence;
  const states = new Int32Array(images.count * length);
  const run = { name: "viterbi", trace: pathOf, out: states };
  await decode(spec, model, images, run, options);
  return { count: images.count, length, states };
}

/**
 * The distribution of the state at each step of each image, given the whole image. Its most probable
 * states are the posterior decoding. Missing pixels (NaN) are ignored.
 *
 * @throws UnavailableError when the model is not a hidden Markov model
 * @throws DataError when the model needs pixels that are missing
 */
export async function posteriors(
  model: LoadedModel,
  images: ImageSource,
  options: WorkOptions = {},
): Promise<StatePosteriors> {
  const spec = specOfModel(model, "posteriors");
  const { length } = spec.sequence;
  const { states } = spec.config;
  const probs = new Float32Array(images.count * length * states);
  const run = { name: "posteriors", trace: posteriorsOf, out: probs };
  await decode(spec, model, images, run, options);
  return { count: images.count, length, states, probs };
}

/** [B, T, K] p(state t | image) */
export function posteriorsOf(spec: Spec, scope: Scope, batch: Batch): Tensor {
  return exp(smooth(filter(spec, scope, batch)));
}

function pathOf(spec: Spec, scope: Scope, batch: Batch): Tensor {
  return cast(likeliestPath(infer(spec, scope, batch)), "int32");
}

interface Decoding {
  readonly name: string;
  trace(spec: Spec, scope: Scope, batch: Batch): Tensor;
  /** Receives the results of all batches. */
  readonly out: Int32Array | Float32Array;
}

async function decode(
  spec: Spec,
  model: LoadedModel,
  images: ImageSource,
  { name, trace, out }: Decoding,
  options: WorkOptions,
): Promise<void> {
  requireCount("the number of images", images.count);
  const program = await model.program(`hmm.${name}`, (scope) => ({
    result: trace(spec, scope, batchInputs(model.data)),
  }));
  const work = { ...withBatchSize(options, batchSizeOf(program)), count: images.count };
  let filled = 0;
  const read = imageReader(model, images);
  const results = inBatches(work, async (first, size) => {
    const { pixelsUnit, annotations } = await read(consecutive(first, size));
    requireWholeObservations(spec, pixelsUnit);
    const feeds = { pixelsUnit, ...annotations };
    const { result } = await program.run({ state: model.state, feeds, dims: { B: size } });
    return result as Int32Array | Float32Array;
  });
  for await (const result of results) {
    out.set(result, filled);
    filled += result.length;
  }
}

function specOfModel({ definition, config, data }: LoadedModel, what: string): Spec {
  if (definition.id !== "hmm") {
    throw new UnavailableError(`${definition.id} has no ${what}: it is not a hidden Markov model`);
  }
  return specOf(config as HmmConfig, data);
}
