import { requireAnnotation } from "../../core/annotations.js";
import type { Batch } from "../../core/batch.js";
import type { FitBatch } from "../../core/fit.js";
import type { Scope } from "../../nn/scope.js";
import { add, cast, equal, mul, neg, square, sub, where } from "../../tensor/ops/elementwise.js";
import { oneHot } from "../../tensor/ops/indexing.js";
import { matmul } from "../../tensor/ops/linear.js";
import { expandDims, flatten, reshape, sliceAxis } from "../../tensor/ops/rearrange.js";
import { argMax, logSoftmax, logSumExp, softmax, sum } from "../../tensor/ops/reduction.js";
import { constant, type Tensor } from "../../tensor/tensor.js";
import { classOf, type Layout } from "./layout.js";
import { logDensities } from "./log-density.js";
import { type Parameters, parametersOf } from "./parameters.js";

/** Images as float64 rows: [B, D]. */
export function rowsOf({ pixelsUnit }: Pick<Batch, "pixelsUnit">): Tensor {
  return cast(flatten(pixelsUnit), "float64");
}

/**
 * log p(component, x), and −∞ for components of classes other than the image's.
 *
 * @returns  float64 [B, M]
 */
export function jointLogProbs(
  batch: Batch,
  parameters: Parameters,
  layout: Layout,
  noise: number,
): Tensor {
  const densities = logDensities(rowsOf(batch), parameters, layout, noise);
  return ofItsClass(add(densities, parameters.logWeights), batch, layout);
}

/**
 * log p(class | x): the posterior of all components of a class together, by the classes' learned priors.
 *
 * @param pixelsUnit  [B, C, H, W]
 * @returns           [B, K]
 */
export function classLogProbs(
  scope: Scope,
  pixelsUnit: Tensor,
  layout: Layout,
  noise: number,
): Tensor {
  const parameters = parametersOf(scope, layout);
  const densities = logDensities(rowsOf({ pixelsUnit }), parameters, layout, noise);
  const each = layout.components / layout.classes;
  const joint = reshape(add(densities, parameters.logWeights), [-1, layout.classes, each]);
  return cast(logSoftmax(logSumExp(joint, 2), 1), "float32");
}

/** Leaves −∞ where a component is not of the image's class. */
function ofItsClass(logProbs: Tensor, { annotations }: Batch, layout: Layout): Tensor {
  const { classes, components } = layout;
  if (classes === 1) return logProbs;
  const owners = Array.from({ length: components }, (_, component) => classOf(layout, component));
  const labels = requireAnnotation(annotations, "class");
  const own = equal(expandDims(labels, 1), constant(owners, [1, components], "int32"));
  return where(own, logProbs, Number.NEGATIVE_INFINITY);
}

/**
 * The sums of an expectation–maximisation pass: weighted counts [M], sums of images [M, D], second
 * moments, and the sum of −log p(x) under the current parameters.
 *
 * @source Dempster, Laird & Rubin 1977, section 4.3
 */
export function emStatistics(
  scope: Scope,
  batch: FitBatch,
  layout: Layout,
  noise: number,
): Record<string, Tensor> {
  const { share, loss } = emShares(scope, batch, layout, noise);
  return { loss, ...moments(rowsOf(batch), share, layout) };
}

/** The first half of {@link emStatistics}: [B, M] the share of each image in each component. */
export function emShares(scope: Scope, batch: FitBatch, layout: Layout, noise: number) {
  const logProbs = jointLogProbs(batch, parametersOf(scope, layout), layout, noise);
  const weights = cast(batch.weights, "float64");
  return {
    share: mul(softmax(logProbs, 1), expandDims(weights, 1)),
    loss: neg(sum(mul(logSumExp(logProbs, 1), weights))),
  };
}

/**
 * The moments of images assigned to their nearest mean.
 *
 * @returns  like {@link emStatistics}; `loss` is the sum of squared distances to the nearest mean
 */
export function nearestStatistics(
  scope: Scope,
  batch: FitBatch,
  layout: Layout,
  { second }: { readonly second: boolean },
): Record<string, Tensor> {
  const { means } = parametersOf(scope, layout);
  const x = rowsOf(batch);
  const weights = cast(batch.weights, "float64");
  // ½‖x − μ‖² without ½‖x‖², which is the same for all means.
  const distances = sub(mul(sum(square(means), 1), 0.5), matmul(x, means, { transposeB: true }));
  const nearness = ofItsClass(neg(distances), batch, layout);
  const chosen = oneHot(argMax(nearness, 1), layout.components, "float64");
  const share = mul(chosen, expandDims(weights, 1));
  const nearest = matmul(chosen, means);
  return {
    loss: sum(mul(sum(square(sub(x, nearest)), 1), weights)),
    ...(second ? moments(x, share, layout) : firstMoments(x, share)),
  };
}

/** Counts [M] and sums [M, D]. */
export const firstMoments = (x: Tensor, share: Tensor) => ({
  counts: sum(share, 0),
  sums: sumsOf(x, share),
});

const sumsOf = (x: Tensor, share: Tensor): Tensor => matmul(share, x, { transposeA: true });

/**
 * Counts, sums and second moments Σ share · x xᵀ.
 *
 * Second moments are about 0, not about the mean. Pixels are in [0, 1] and float64 resolves 1e−16 of
 * that, so the covariance that remains after subtracting the mean's part is accurate to about 1e−15.
 *
 * @param x      [B, D]
 * @param share  [B, M] the share of each image in each component
 */
function moments(x: Tensor, share: Tensor, layout: Layout): Record<string, Tensor> {
  const { components, blocks, matrices } = layout;
  const first = firstMoments(x, share);
  if (matrices === 0) return { ...first, squares: sumsOf(square(x), share) };
  const owned = matrices === components ? share : sum(share, 1, true);
  const second = blocks.map(({ name, start, end }) => {
    const rows = expandDims(sliceAxis(x, 1, { start, end }), 1);
    const shared = reshape(mul(expandDims(owned, 2), rows), [-1, matrices * (end - start)]);
    return [name, matmul(shared, sliceAxis(x, 1, { end }), { transposeA: true })];
  });
  return { ...first, ...Object.fromEntries(second) };
}
