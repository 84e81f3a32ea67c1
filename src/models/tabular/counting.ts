import type { Batch } from "../../core/batch.js";
import type { TracedScore } from "../../core/capability.js";
import { DataError } from "../../core/errors.js";
import type { Fit, FitStage } from "../../core/fit.js";
import { constantValue } from "../../nn/index.js";
import type { Scope } from "../../nn/scope.js";
import type { StateValues } from "../../runtime/program.js";
import { cast, neg, not, where } from "../../tensor/ops/elementwise.js";
import { gather, scatterAdd } from "../../tensor/ops/indexing.js";
import { broadcastTo, expandDims } from "../../tensor/ops/rearrange.js";
import { sum } from "../../tensor/ops/reduction.js";
import type { Tensor } from "../../tensor/tensor.js";
import { type Categories, type CountingConfig, categoriesOf } from "./levels.js";

/**
 * Conditional distributions as the rows of a table. The log-probability of an image is the sum of the
 * entries that it selects. An entry is estimated by the number of images that select it.
 */
export interface Rows {
  /** Number of distributions. */
  readonly count: number;
  /** Number of outcomes of each distribution. */
  readonly outcomes: number;
  /** Number of values of a pixel. */
  readonly levels: number;
  /**
   * The entries that images select.
   *
   * @param values  int32 [B, D] categories
   * @returns       int32 [B, M], each below count · outcomes
   */
  entries(values: Tensor): Tensor;
}

const NAME = "parameters.table.logProbs";

/** The log-probabilities [count · outcomes] among a model's values. */
export const logProbsOf = (values: StateValues): Float32Array => values.get(NAME) as Float32Array;

function logProbsIn(scope: Scope, { count, outcomes }: Rows): Tensor {
  const ignorance = constantValue(-Math.log(outcomes));
  return scope.child("table").parameter("logProbs", [count * outcomes], ignorance);
}

/** @param pixelsUnit  [B, C, H, W] */
function picked(rows: Rows, pixelsUnit: Tensor): Categories {
  const { values, valid } = categoriesOf(pixelsUnit, rows.levels);
  return { values: rows.entries(values), valid };
}

/** The log-probabilities that images select, one per distribution involved: [B, M]. */
export function logProbOfEach(rows: Rows, scope: Scope, { pixelsUnit }: Batch): Tensor {
  return gather(logProbsIn(scope, rows), picked(rows, pixelsUnit).values);
}

/**
 * Exact scores: the sum of the entries that an image selects. An image with a pixel outside [0, 1] has no
 * categories, so its probability is 0 and its score infinite.
 */
export function traceScore(rows: Rows): TracedScore["trace"] {
  return (scope, batch) => {
    const { valid } = categoriesOf(batch.pixelsUnit, rows.levels);
    const outside = sum(cast(not(valid), "float32"), 1);
    const nats = neg(sum(logProbOfEach(rows, scope, batch), 1));
    return where(cast(outside, "bool"), Number.POSITIVE_INFINITY, nats);
  };
}

/** Fits by counting in one pass, in which an image counts as much as its weight. */
export function countingFit(
  rows: Rows,
  { smoothing }: CountingConfig,
  missing?: FitStage["missing"],
): Fit {
  const { count, outcomes } = rows;
  const entries = count * outcomes;
  return {
    restarts: 1,
    initialise: async () => new Map([[NAME, new Float32Array(entries).fill(-Math.log(outcomes))]]),
    stages: [
      {
        name: "count",
        maxPasses: 1,
        tolerance: 0,
        statistics(_, { pixelsUnit, weights }) {
          const { values, valid } = picked(rows, pixelsUnit);
          const each = broadcastTo(expandDims(weights, 1), values.shape);
          return {
            counts: scatterAdd(each, values, 0, entries),
            weight: sum(weights),
            outside: sum(cast(not(valid), "float32")),
          };
        },
        maximise(sums) {
          const [counts, [weight], [outside]] = ["counts", "weight", "outside"].map(
            (name) => sums.get(name) as Float64Array,
          );
          if (outside > 0) {
            throw new DataError(`${outside} pixels are outside [0, 1] and have no category`);
          }
          if (!(weight > 0)) throw new DataError("the image weights add up to 0");
          const logProbs = estimate(counts, outcomes, smoothing);
          let nats = 0;
          counts.forEach((times, entry) => {
            if (times > 0) nats -= times * logProbs[entry];
          });
          return { values: new Map([[NAME, logProbs]]), metrics: { nllNats: nats / weight } };
        },
        ...(missing && { missing }),
      },
    ],
  };
}

/**
 * Log-probabilities from counts: log((c + α) / Σ (c + α)) in each row, which is maximum likelihood for
 * α = 0. A row without counts is then uniform. That affects no image's probability: an image with an
 * unseen context also has an earlier unseen outcome, whose probability is 0.
 *
 * @param counts     [rows · outcomes]
 * @param smoothing  α
 * @returns          [rows · outcomes], −∞ for probability 0
 */
function estimate(counts: Float64Array, outcomes: number, smoothing: number): Float32Array {
  const logProbs = new Float32Array(counts.length);
  for (let start = 0; start < counts.length; start += outcomes) {
    let total = smoothing * outcomes;
    for (let entry = start; entry < start + outcomes; entry++) total += counts[entry];
    for (let entry = start; entry < start + outcomes; entry++) {
      const share = total > 0 ? (counts[entry] + smoothing) / total : 1 / outcomes;
      logProbs[entry] = Math.log(share);
    }
  }
  return logProbs;
}
