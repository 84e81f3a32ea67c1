import {
  add,
  clip,
  div,
  exp,
  greater,
  less,
  log,
  mul,
  neg,
  round,
  softplus,
  sub,
  tanh,
  where,
} from "../../tensor/ops/elementwise.js";
import type { Tensor } from "../../tensor/tensor.js";
import type { Distribution } from "./distribution.js";
import { logisticNoise } from "./uniform-noise.js";

/**
 * The paper's lower limit, far below the width of a level, and an upper one that keeps e^−logScale
 * > 0.
 */
const LOG_SCALE_LIMITS = [-7, 60] as const;

/** log of a scale, limited to where the discretized density and its gradient are finite. */
export function limitedLogScale(logScale: Tensor): Tensor {
  return clip(logScale, ...LOG_SCALE_LIMITS);
}

/**
 * Log of the mass of a logistic distribution within half a level of x. The lowest and the highest
 * level include the tails, so the masses of all levels sum to 1.
 *
 * The difference σ(a) − σ(b) of the distribution function is written as σ(a)·σ(−b)·(1 − e^(b − a)),
 * whose last factor depends only on the scale. Nothing cancels, so this code does not need the
 * density at the middle of the level, which the paper uses for small masses.
 *
 * @param x       levels −1 + 2j / (levels − 1) for whole j
 * @param levels  256 for 8-bit pixels
 * @source Salimans, Karpathy, Chen & Kingma 2017, arXiv:1701.05517, equation 2
 */
export function discretizedLogisticLogProb(
  x: Tensor,
  mean: Tensor,
  logScale: Tensor,
  levels: number,
): Tensor {
  const half = 1 / (levels - 1);
  const inverseScale = exp(neg(limitedLogScale(logScale)));
  const centred = sub(x, mean);
  const upper = mul(add(centred, half), inverseScale);
  const lower = mul(sub(centred, half), inverseScale);
  const belowUpper = neg(softplus(neg(upper)));
  const aboveLower = neg(softplus(lower));
  // 1 − e^(−2h) = 2t / (1 + t) with t = tanh h, exact for small h too.
  const t = tanh(mul(inverseScale, half));
  const between = log(div(mul(t, 2), add(t, 1)));
  const inside = add(add(belowUpper, aboveLower), between);
  const lowest = less(x, half - 1);
  const highest = greater(x, 1 - half);
  return where(lowest, belowUpper, where(highest, aboveLower, inside));
}

/**
 * One discretized logistic a pixel, over the grey levels −1 + 2j / (levels − 1), independent in each
 * element: `discretizedLogisticMixture` with a single component. Samples are levels and not
 * differentiable; `mean` is that of the logistic limited to [−1, 1], before rounding to a level.
 *
 * @param mean      in the units of the pixels: [−1, 1]
 * @param logScale  log of the scale, the same shape; limited to [−7, 60]
 */
export function discretizedLogistic(mean: Tensor, logScale: Tensor, levels = 256): Distribution {
  return {
    noise: [{ name: "uniform", shape: mean.shape, distribution: "uniform" }],
    logProb: (x) => discretizedLogisticLogProb(x, mean, logScale, levels),
    sample: (uniform) =>
      nearestLevel(add(mean, mul(exp(limitedLogScale(logScale)), logisticNoise(uniform))), levels),
    mean: () => limitedMean(mean, logScale),
  };
}

/** From this scale on, the closed form of the limited mean would cancel in float32. */
const BROAD = 4;

/** A narrow logistic whose mean is farther out has all of its mass beyond ±1. */
const FAR = 100;

/** Points and weights of the Gauss–Legendre rule of order 6 on [−1, 1]. */
const POINTS = [
  [-Math.sqrt(0.6), 5 / 9],
  [0, 8 / 9],
  [Math.sqrt(0.6), 5 / 9],
] as const;

/**
 * The mean of a logistic variable limited to [−1, 1]: −1 + ∫ P(X > t) dt over [−1, 1], where
 * P(X > t) = σ((mean − t) / scale) = ½ + ½ tanh((mean − t) / 2 scale).
 *
 * Within 10⁻⁵ of float64 for every mean and scale: narrow variables by the integral in closed form,
 * and broad ones, whose integrand is smooth, by quadrature with an error below 10⁻⁷.
 */
export function limitedMean(mean: Tensor, logScale: Tensor): Tensor {
  const scale = exp(limitedLogScale(logScale));
  const near = clip(mean, -FAR, FAR);
  const integral = (t: number) => softplus(div(sub(near, t), scale));
  const narrow = sub(mul(scale, sub(integral(-1), integral(1))), 1);
  const broad = POINTS.map(([t, weight]) =>
    mul(tanh(div(sub(mean, t), mul(scale, 2))), weight / 2),
  ).reduce(add);
  return where(less(scale, BROAD), narrow, broad);
}

/** The level in [−1, 1] that is nearest to x. */
export function nearestLevel(x: Tensor, levels: number): Tensor {
  const scale = (levels - 1) / 2;
  return sub(div(round(mul(add(clip(x, -1, 1), 1), scale)), scale), 1);
}
