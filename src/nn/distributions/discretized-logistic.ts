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

/** The level in [−1, 1] that is nearest to x. */
export function nearestLevel(x: Tensor, levels: number): Tensor {
  const scale = (levels - 1) / 2;
  return sub(div(round(mul(add(clip(x, -1, 1), 1), scale)), scale), 1);
}
