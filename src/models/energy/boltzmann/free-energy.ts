import { type ImageShape, pixelsPerImage } from "../../../core/batch.js";
import { bernoulli } from "../../../nn/index.js";
import { grad } from "../../../tensor/gradient.js";
import {
  add,
  mul,
  neg,
  sigmoid,
  softplus,
  stopGradient,
  sub,
} from "../../../tensor/ops/elementwise.js";
import { matmul } from "../../../tensor/ops/linear.js";
import { sliceAxis } from "../../../tensor/ops/rearrange.js";
import { sum } from "../../../tensor/ops/reduction.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { MOST_UNITS } from "../enumeration.js";
import type { BoltzmannConfig } from "./config.js";
import { betweenHidden } from "./connections.js";
import {
  type HiddenLayer,
  hiddenField,
  layerScore,
  type Machine,
  visibleScore,
} from "./machine.js";
import { logSumOverStates } from "./sum-over-states.js";

/** The largest number of connected hidden units whose states are enumerated for each image. */
const MOST_HIDDEN = 16;

/**
 * How hidden units are summed out given an image: in closed form where they are independent, by
 * enumeration where they are few, else approximately by mean field.
 */
export interface Posterior {
  readonly kind: "independent" | "enumerated" | "mean-field";
  /** Mean-field updates. */
  readonly updates: number;
}

export function posteriorOf(config: BoltzmannConfig, image: ImageShape): Posterior {
  const { hidden, meanField: updates } = config;
  if (hidden === 0 || betweenHidden(config, image) === undefined) {
    return { kind: "independent", updates };
  }
  const few = hidden <= MOST_HIDDEN || hidden + pixelsPerImage(image) <= MOST_UNITS;
  return { kind: few ? "enumerated" : "mean-field", updates };
}

/**
 * F(v) = −log Σₕ e^−E(v, h), so that −log p(v) = F(v) + log Z; by mean field, an upper bound on it.
 *
 * At grey values, F + log Z is an upper bound on the mean of −log p over all binarisations: the sum over
 * hidden units is concave in v, and vᵀLv is linear in each pixel.
 *
 * @param v  [N, V]
 * @returns  [N] nats
 */
export function freeEnergy(machine: Machine, v: Tensor, posterior: Posterior): Tensor {
  const own = visibleScore(machine, v);
  const { hidden } = machine;
  if (hidden === undefined) return neg(own);
  return neg(add(own, logSumOfHidden(hidden, hiddenField(hidden, v), posterior)));
}

/** log Σₕ exp(f·h + ½hᵀJh) or, by mean field, a lower bound on it: [N, H] → [N] */
function logSumOfHidden({ lateral }: HiddenLayer, field: Tensor, posterior: Posterior): Tensor {
  if (lateral === undefined) return sum(softplus(field), -1);
  if (posterior.kind === "enumerated") return logSumOverStates(field, lateral);
  // The bound's gradient by the means vanishes at the fixed point; stopping it makes the gradient by
  // the parameters exact for the means that were reached.
  const logits = stopGradient(meanFieldLogits(field, lateral, posterior.updates));
  const entropy = sum(bernoulli(logits).entropy(), -1);
  return add(layerScore(sigmoid(logits), field, lateral), entropy);
}

/**
 * Log-odds of independent units that approximate p(h|v): the fixed point of μ = σ(f + Jμ), approached
 * by half steps, which do not oscillate as whole steps of all units at once do.
 *
 * @source Salakhutdinov & Hinton 2009, AISTATS, equation 8
 */
function meanFieldLogits(field: Tensor, lateral: Tensor, updates: number): Tensor {
  let logits = field;
  for (let update = 0; update < updates; update++) {
    const target = add(field, matmul(sigmoid(logits), lateral));
    logits = mul(add(logits, target), 0.5);
  }
  return logits;
}

/** p(hⱼ = 1|v), approximately by mean field: [N, V] → [N, H]; without hidden units, no columns. */
export function hiddenMeans({ hidden }: Machine, v: Tensor, posterior: Posterior): Tensor {
  if (hidden === undefined) return sliceAxis(v, 1, { start: 0, end: 0 });
  const field = hiddenField(hidden, v);
  const { lateral } = hidden;
  if (lateral === undefined) return sigmoid(field);
  if (posterior.kind === "enumerated") {
    return grad(sum(logSumOverStates(field, lateral)), { field }).field;
  }
  return sigmoid(meanFieldLogits(field, lateral, posterior.updates));
}

/** The field on a pixel: F(v) with the pixel at 0 less F(v) with the pixel at 1. */
export function evidence(
  machine: Machine,
  v: Tensor,
  chosen: Tensor,
  posterior: Posterior,
): Tensor {
  const off = mul(v, sub(1, chosen));
  const at = (image: Tensor) => freeEnergy(machine, image, posterior);
  return sub(at(off), at(add(off, chosen)));
}
