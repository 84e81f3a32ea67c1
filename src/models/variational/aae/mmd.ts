import {
  add,
  div,
  maximum,
  mul,
  square,
  stopGradient,
  sub,
} from "../../../tensor/ops/elementwise.js";
import { matmul } from "../../../tensor/ops/linear.js";
import { transpose } from "../../../tensor/ops/rearrange.js";
import { axisSize, sum } from "../../../tensor/ops/reduction.js";
import type { Tensor } from "../../../tensor/tensor.js";

/** Multiples of the mean squared distance between codes of the prior. */
const SCALES = [0.1, 0.2, 0.5, 1, 2, 5, 10] as const;

/**
 * The squared maximum mean discrepancy between codes and codes of the prior, with a sum of inverse
 * multiquadratic kernels k(a, b) = C / (C + ‖a − b‖²). The estimate has no bias, so it may be negative.
 *
 * @param codes    [B, Z]
 * @param prior    [B, Z]
 * @param classes  [B, K] 1 at the class of both; codes of different classes are then not alike at all, so
 *                 that each class is fitted to its own region
 * @returns        [B] whose mean is the estimate
 * @source Tolstikhin et al. 2018, arXiv:1711.01558, algorithm 2 and section 4, with
 *         C = 2Zσ² measured as the mean squared distance of the prior's codes
 */
export function mmdToPrior(codes: Tensor, prior: Tensor, classes?: Tensor): Tensor {
  const count = axisSize(codes, 0);
  const others = maximum(sub(count, 1), 1);
  const apart = squaredDistances(prior, prior);
  const unit = stopGradient(maximum(div(sum(apart), mul(count, others)), 1e-12));
  const alike = classes && matmul(classes, classes, { transposeB: true });
  const kernel = (distances: Tensor) => {
    const total = SCALES.map((scale) => {
      const c = mul(unit, scale);
      return div(c, add(c, distances));
    }).reduce((a, b) => add(a, b));
    return alike === undefined ? total : mul(total, alike);
  };
  /** The mean over the others of a set: every element is alike to itself by the number of scales. */
  const within = (distances: Tensor) => div(sub(sum(kernel(distances), 1), SCALES.length), others);
  const between = div(sum(kernel(squaredDistances(codes, prior)), 1), count);
  return sub(add(within(squaredDistances(codes, codes)), within(apart)), mul(between, 2));
}

/** ‖a − b‖² of all pairs: [B, Z] and [B, Z] → [B, B] */
function squaredDistances(a: Tensor, b: Tensor): Tensor {
  const [ofA, ofB] = [a, b].map((x) => sum(square(x), 1, true));
  const product = matmul(a, b, { transposeB: true });
  return maximum(sub(add(ofA, transpose(ofB)), mul(product, 2)), 0);
}
