import type { DataTraits } from "../../core/batch.js";
import type { FitStage, FitSums, Maximised } from "../../core/fit.js";
import type { StateValues } from "../../runtime/program.js";
import { classOf, type Layout } from "./layout.js";
import { maximised, means } from "./maximise.js";
import { missingSums } from "./missing.js";
import { type HostParameters, readParameters, writeParameters } from "./parameters.js";
import { sparseSums } from "./sparse-moments.js";
import { emStatistics, nearestStatistics } from "./statistics.js";

/** Common inputs of a mixture's fitting stages. */
export interface StageSetup {
  readonly layout: Layout;
  readonly data: DataTraits;
  readonly reg: number;
  /** Variance of the noise that dequantises a pixel; 0 for a density. */
  readonly noise: number;
  readonly tolerance: number;
}

/**
 * Moves each mean to the mean of its nearest images (Lloyd's algorithm). Missing pixels count as equal to
 * the mean's. With one component per class, one pass finds the exact mean.
 */
export function kMeansStage({ layout }: StageSetup, name: string, maxPasses: number): FitStage {
  return {
    name,
    maxPasses,
    tolerance: 1e-3,
    statistics: (scope, batch) => nearestStatistics(scope, batch, layout, { second: false }),
    maximise(sums, values) {
      const current = readParameters(values, layout);
      const moved = { ...current, means: means(sums, current, layout) };
      return { values: writeParameters(moved, layout), metrics: { loss: perImage(sums) } };
    },
    missing: (batch, values) =>
      missingSums(batch, readParameters(values, layout), layout, { kind: "nearest" }),
  };
}

/** Sets each component's covariance and weight from its mean's nearest images, in one pass. */
export function covarianceStage({ layout, reg }: StageSetup): FitStage {
  return {
    name: "covariances",
    maxPasses: 1,
    tolerance: 0,
    statistics(scope, batch) {
      return nearestStatistics(scope, batch, layout, { second: true });
    },
    maximise: (sums, values) => ({
      values: updated(sums, values, layout, reg),
      metrics: {},
    }),
    missing: (batch, values) =>
      missingSums(batch, readParameters(values, layout), layout, { kind: "hard" }),
  };
}

/** Expectation–maximisation until convergence or until the training budget is used up. */
export function emStage({ layout, data, reg, noise, tolerance }: StageSetup): FitStage {
  const own = layout.matrices === layout.components && layout.components > 1;
  return {
    name: "em",
    maxPasses: Number.POSITIVE_INFINITY,
    tolerance,
    statistics: (scope, batch) => emStatistics(scope, batch, layout, noise),
    ...(own && {
      driven: (host, batch) => sparseSums(host, batch, data, layout, noise),
    }),
    maximise(sums, values): Maximised {
      const { logWeights } = readParameters(values, layout);
      const loss = perImage(sums) + classNats(sums, logWeights, layout);
      return {
        values: updated(sums, values, layout, reg + noise),
        metrics: { loss, nllNats: loss },
      };
    },
    ...(noise === 0 && {
      missing: (batch, values) =>
        missingSums(batch, readParameters(values, layout), layout, { kind: "soft" }),
    }),
  };
}

function updated(sums: FitSums, values: StateValues, layout: Layout, reg: number): StateValues {
  const current: HostParameters = readParameters(values, layout);
  return writeParameters(maximised(sums, current, layout, reg), layout);
}

function perImage(sums: FitSums): number {
  const count = sums.get("counts")!.reduce((sum, value) => sum + value, 0);
  return sums.get("loss")![0] / count;
}

/** Mean of log p(class). Subtracting it from the joint gives the likelihood of images given their class. */
function classNats(sums: FitSums, logWeights: Float64Array, layout: Layout): number {
  if (layout.classes === 1) return 0;
  const counts = sums.get("counts")!;
  const priors = classLogPriors(logWeights, layout);
  let [nats, total] = [0, 0];
  counts.forEach((count, component) => {
    if (count > 0) nats += count * priors[classOf(layout, component)];
    total += count;
  });
  return nats / total;
}

/** [classes] log p(class): the sum of its components' weights. */
export function classLogPriors(logWeights: Float64Array, layout: Layout): Float64Array {
  const priors = new Float64Array(layout.classes);
  logWeights.forEach((logWeight, component) => {
    priors[classOf(layout, component)] += Math.exp(logWeight);
  });
  return priors.map(Math.log);
}
