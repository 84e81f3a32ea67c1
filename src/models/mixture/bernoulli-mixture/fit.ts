import type { HostBatch } from "../../../core/driven.js";
import { DataError } from "../../../core/errors.js";
import type { Fit, FitSums } from "../../../core/fit.js";
import { mul, neg } from "../../../tensor/ops/elementwise.js";
import { matmul } from "../../../tensor/ops/linear.js";
import { expandDims, flatten } from "../../../tensor/ops/rearrange.js";
import { logSumExp, softmax, sum } from "../../../tensor/ops/reduction.js";
import { logShares } from "../maximise.js";
import { NEGLIGIBLE, posterior, logSumExp as rowLogSumExp } from "../responsibilities.js";
import { startOf } from "../start.js";
import type { BernoulliMixtureConfig } from "./config.js";
import {
  type HostParameters,
  jointLogProbs,
  readParameters,
  type Sizes,
  writeParameters,
} from "./parameters.js";

/** Number of free parameters. */
export const freeParameters = ({ components, length }: Sizes): number =>
  components - 1 + components * length;

/**
 * Expectation–maximisation. The smoothing is a Beta(1 + a, 1 + a) prior on every pixel of every
 * component, so a pass never raises the loss that includes the prior's term.
 *
 * @source Bishop 2006, Pattern Recognition and Machine Learning, section 9.3.3
 */
export function fitOf(
  { smoothing, tolerance, restarts }: BernoulliMixtureConfig,
  sizes: Sizes,
): Fit {
  return {
    restarts,
    freeParameters: freeParameters(sizes),
    async initialise(images, context) {
      const layout = {
        ...sizes,
        covariance: "diagonal",
        classes: 1,
        blocks: [],
        matrices: 0,
      } as const;
      const { means } = await startOf(images, layout, { kind: "random" }, context);
      return writeParameters({
        logWeights: new Float32Array(sizes.components).fill(-Math.log(sizes.components)),
        logits: Float32Array.from(means, (value) => logit(0.25 + 0.5 * value)),
      });
    },
    stages: [
      {
        name: "em",
        maxPasses: Number.POSITIVE_INFINITY,
        tolerance,
        statistics(scope, { pixelsUnit, weights }) {
          const logProbs = jointLogProbs(scope, pixelsUnit, sizes);
          const share = mul(softmax(logProbs, 1), expandDims(weights, 1));
          return {
            nats: neg(sum(mul(logSumExp(logProbs, 1), weights))),
            counts: sum(share, 0),
            sums: matmul(share, flatten(pixelsUnit), { transposeA: true }),
          };
        },
        maximise(sums, values) {
          const current = readParameters(values);
          const count = sums.get("counts")!.reduce((a, b) => a + b, 0);
          const nllNats = sums.get("nats")![0] / count;
          return {
            values: writeParameters(maximised(sums, sizes, smoothing)),
            metrics: {
              loss: nllNats - logPrior(current, smoothing) / count,
              nllNats,
            },
          };
        },
        missing: (batch, values) => missingSums(batch, readParameters(values), sizes),
      },
    ],
  };
}

function maximised(sums: FitSums, { length }: Sizes, smoothing: number): HostParameters {
  const counts = sums.get("counts")!;
  return {
    logWeights: Float32Array.from(logShares(counts)),
    logits: Float32Array.from(sums.get("sums")!, (ones, at) => {
      const count = counts[Math.floor(at / length)];
      return Math.log((ones + smoothing) / (Math.max(0, count - ones) + smoothing));
    }),
  };
}

const logit = (probability: number): number => Math.log(probability / (1 - probability));

/** Log-density of the prior up to a constant: Σ a (log p + log(1 − p)) over all pixels. */
function logPrior({ logits }: HostParameters, smoothing: number): number {
  return logits.reduce(
    (sum, value) =>
      sum - smoothing * (Math.abs(value) + 2 * Math.log1p(Math.exp(-Math.abs(value)))),
    0,
  );
}

/**
 * log p(component, given pixels) on the host, with missing pixels (NaN) summed out.
 *
 * @param pixels  [count, D]
 * @returns       [count, K]
 */
export function observedLogProbs(
  pixels: Float32Array,
  { logWeights, logits }: HostParameters,
  { components, length }: Sizes,
): Float64Array {
  const [ofOne, ofZero] = [1, -1].map((sign) =>
    Float64Array.from(logits, (value) => -softplusOf(-sign * value)),
  );
  const count = pixels.length / length;
  const logProbs = new Float64Array(count * components);
  for (let image = 0; image < count; image++) {
    for (let component = 0; component < components; component++) {
      let nats = logWeights[component];
      for (let pixel = 0; pixel < length; pixel++) {
        const value = pixels[image * length + pixel];
        if (value === 1) nats += ofOne[component * length + pixel];
        else if (value === 0) nats += ofZero[component * length + pixel];
      }
      logProbs[image * components + component] = nats;
    }
  }
  return logProbs;
}

const softplusOf = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

export const probOf = (logit: number): number => 1 / (1 + Math.exp(-logit));

function missingSums(batch: HostBatch, parameters: HostParameters, sizes: Sizes): FitSums {
  const { count, pixelsUnit, weights } = batch;
  const { components, length } = sizes;
  const logProbs = observedLogProbs(pixelsUnit, parameters, sizes);
  const share = posterior(logProbs, components);
  const [counts, sums] = [new Float64Array(components), new Float64Array(components * length)];
  let nats = 0;
  for (let image = 0; image < count; image++) {
    const row = logProbs.subarray(image * components, (image + 1) * components);
    nats -= weights[image] * rowLogSumExp(row);
    for (let component = 0; component < components; component++) {
      const owned = weights[image] * share[image * components + component];
      if (owned <= NEGLIGIBLE) continue;
      counts[component] += owned;
      for (let pixel = 0; pixel < length; pixel++) {
        const value = pixelsUnit[image * length + pixel];
        const at = component * length + pixel;
        sums[at] += owned * (Number.isNaN(value) ? probOf(parameters.logits[at]) : value);
      }
    }
  }
  return new Map([
    ["counts", counts],
    ["sums", sums],
    ["nats", Float64Array.of(nats)],
  ]);
}

/** @throws DataError when a given pixel is neither 0 nor 1 */
export function requireBinary(pixels: Float32Array, model: string): void {
  const other = pixels.find((value) => value !== 0 && value !== 1 && !Number.isNaN(value));
  if (other !== undefined) {
    throw new DataError(`${model} needs binary pixels, but one is ${other}; binarise the images`);
  }
}
