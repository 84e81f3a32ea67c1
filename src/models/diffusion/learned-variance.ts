import {
  add,
  clip,
  div,
  equal,
  erf,
  exp,
  lessEqual,
  log,
  mul,
  square,
  stopGradient,
  sub,
  where,
} from "../../tensor/ops/elementwise.js";
import { gather } from "../../tensor/ops/indexing.js";
import { reshape } from "../../tensor/ops/rearrange.js";
import { mean } from "../../tensor/ops/reduction.js";
import { constant, type Tensor } from "../../tensor/tensor.js";
import { decoderVariances } from "./bound/terms.js";
import { posteriorOf } from "./samplers/ddpm.js";

/** Images, what the network says about their noisy states, and what these are. */
interface VarianceLossInputs {
  /** [B, C, H, W] in [−1, 1] */
  readonly x0: Tensor;
  /** [B, C, H, W] their estimates D; the loss takes them as they are and has no gradient by them. */
  readonly denoised: Tensor;
  /** [B, C, H, W] share of ln β in the logarithm of the variance. */
  readonly share: Tensor;
  /** int32 [B] steps in 1 … T */
  readonly step: Tensor;
  /** Noise levels of steps 0 … T. */
  readonly sigmas: Float64Array;
  /** Number of evenly spaced values that a pixel can have; null for a density of real ones. */
  readonly levels: number | null;
}

/**
 * The term of the variational bound of one step for each image, as a loss for the variance alone.
 *
 * @returns  [B] bits, mean over the pixels
 * @source Nichol & Dhariwal 2021, arXiv:2102.09672, section 3.1
 */
export function varianceLoss(inputs: VarianceLossInputs): Tensor {
  const { x0, share, step, sigmas, levels } = inputs;
  const steps = sigmas.length - 1;
  // Step 1 leads to the image itself: its entries are the decoder's.
  const posteriors = Array.from({ length: steps }, (_, at) =>
    at === 0
      ? { ...decoderVariances(sigmas), fromImage: 1 }
      : posteriorOf(sigmas[at + 1], sigmas[at]),
  );
  const table = (value: (at: (typeof posteriors)[number]) => number) =>
    reshape(gather(constant([0, ...posteriors.map(value)], [steps + 1]), step), [
      step.shape[0],
      1,
      1,
      1,
    ]);
  const logSmall = table(({ variance }) => Math.log(variance));
  const logLarge = table(({ stepVariance }) => Math.log(stepVariance));
  const logVar = add(mul(share, sub(logLarge, logSmall)), logSmall);
  const denoised = clip(stopGradient(inputs.denoised), -1, 1);
  const error = mul(
    square(sub(x0, denoised)),
    table(({ fromImage }) => fromImage ** 2),
  );
  const ratio = sub(logSmall, logVar);
  const kl = mul(add(sub(sub(exp(ratio), ratio), 1), div(error, exp(logVar))), 0.5);
  const first = reshape(equal(step, 1), [step.shape[0], 1, 1, 1]);
  const nats = where(first, decoderNats(x0, denoised, logVar, levels), kl);
  return mul(mean(nats, [1, 2, 3]), 1 / Math.LN2);
}

/** Least probability of a bin that the loss tells apart. */
const LEAST = 1e-12;

/** −log p(x₀ | z₁) of each pixel; see bound/discretised-normal.ts. */
function decoderNats(x0: Tensor, centre: Tensor, logVar: Tensor, levels: number | null): Tensor {
  const std = exp(mul(logVar, 0.5));
  const off = sub(x0, centre);
  if (levels === null) {
    const squared = div(square(off), exp(logVar));
    return mul(add(add(squared, logVar), Math.log(2 * Math.PI)), 0.5);
  }
  const half = 1 / (levels - 1);
  const cdf = (edge: Tensor) => mul(add(erf(div(edge, mul(std, Math.SQRT2))), 1), 0.5);
  const low = where(lessEqual(x0, -1 + half), 0, cdf(sub(off, half)));
  const high = where(lessEqual(1 - half, x0), 1, cdf(add(off, half)));
  return mul(log(clip(sub(high, low), LEAST, 1)), -1);
}
