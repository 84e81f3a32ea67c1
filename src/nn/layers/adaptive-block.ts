import { gelu, silu } from "../../tensor/ops/activation.js";
import { add, mul } from "../../tensor/ops/elementwise.js";
import { expandDims, split } from "../../tensor/ops/rearrange.js";
import type { Tensor } from "../../tensor/tensor.js";
import { zeros } from "../initialisers.js";
import type { Scope } from "../scope.js";
import type { HeadOptions } from "./attention-heads.js";
import { axisLength } from "./axis-length.js";
import { dense } from "./dense.js";
import { dropout } from "./dropout.js";
import { layerNorm } from "./layer-norm.js";
import { multiHeadAttention } from "./multi-head-attention.js";

export interface AdaptiveBlockOptions extends HeadOptions {
  /** [B, E] what scales, shifts and gates the branches. */
  readonly condition: Tensor;
  /** Hidden features of the MLP per feature of x; 4 by default. */
  readonly widening?: number;
  /** Dropout rate of each branch; 0 by default. */
  readonly dropout?: number;
}

/**
 * A transformer block whose normalisations are scaled and shifted by a condition, and whose branches are
 * gated by it. All gates start at 0, so that the block starts as the identity.
 *
 * Parts: `modulation`, `attention`, `widen`, `narrow`.
 *
 * @param x  [B, T, D]
 * @returns  [B, T, D]
 * @throws ShapeError as {@link multiHeadAttention}
 * @source Peebles & Xie 2023, arXiv:2212.09748, figure 3 (adaLN-Zero)
 */
export function adaptiveBlock(scope: Scope, x: Tensor, options: AdaptiveBlockOptions): Tensor {
  const { condition, widening = 4, dropout: rate = 0, ...attention } = options;
  const features = axisLength("adaptiveBlock", x, -1);
  const [shift1, scale1, gate1, shift2, scale2, gate2] = modulation(
    scope.child("modulation"),
    condition,
    features,
    6,
  );
  const gated = (name: string, gate: Tensor, branch: Tensor) =>
    mul(gate, dropout(scope.child(name), branch, { rate }));
  const seen = multiHeadAttention(
    scope.child("attention"),
    modulated(scope, x, shift1, scale1),
    attention,
  );
  const h = add(x, gated("attention", gate1, seen));
  const wide = dense(scope.child("widen"), modulated(scope, h, shift2, scale2), {
    features: widening * features,
  });
  return add(h, gated("narrow", gate2, dense(scope.child("narrow"), gelu(wide), { features })));
}

/**
 * Layer normalisation whose scale and shift follow from a condition; the plain one before training.
 *
 * @param x          [B, T, D]
 * @param condition  [B, E]
 */
export function adaptiveNorm(scope: Scope, x: Tensor, condition: Tensor): Tensor {
  const features = axisLength("adaptiveNorm", x, -1);
  const [shift, scale] = modulation(scope.child("modulation"), condition, features, 2);
  return modulated(scope, x, shift, scale);
}

const modulated = (scope: Scope, x: Tensor, shift: Tensor, scale: Tensor): Tensor =>
  add(mul(layerNorm(scope, x, { affine: false }), add(scale, 1)), shift);

/** Vectors [B, 1, features] that a condition amounts to, 0 before training. */
function modulation(scope: Scope, condition: Tensor, features: number, count: number): Tensor[] {
  const vectors = dense(scope, silu(condition), {
    features: count * features,
    weightInitialiser: zeros,
    biasInitialiser: zeros,
  });
  return split(expandDims(vectors, 1), new Array<number>(count).fill(features), 2);
}
