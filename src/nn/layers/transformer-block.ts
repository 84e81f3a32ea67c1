import { gelu } from "../../tensor/ops/activation.js";
import { add } from "../../tensor/ops/elementwise.js";
import { expandDims, squeeze } from "../../tensor/ops/rearrange.js";
import type { Tensor } from "../../tensor/tensor.js";
import type { Scope } from "../scope.js";
import {
  type AttendedPosition,
  type AttentionAtPositionOptions,
  attentionAtPosition,
} from "./attention-at-position.js";
import { type KeysAndValues, keysAndValues } from "./attention-heads.js";
import { axisLength } from "./axis-length.js";
import { dense } from "./dense.js";
import { dropout } from "./dropout.js";
import { layerNorm } from "./layer-norm.js";
import { type MultiHeadAttentionOptions, multiHeadAttention } from "./multi-head-attention.js";

interface BlockOptions {
  /** Hidden features of the MLP per feature of x; 4 by default. */
  readonly widening?: number;
  /** Activation of the MLP; GELU by default. */
  readonly activation?: (x: Tensor) => Tensor;
  /** Another sequence, or its keys and values, to attend to after x itself; none by default. */
  readonly context?: Tensor | KeysAndValues | undefined;
}

export interface TransformerBlockOptions extends BlockOptions, MultiHeadAttentionOptions {
  /** Dropout rate of each branch; 0 by default. */
  readonly dropout?: number;
}

export type TransformerBlockAtPositionOptions = BlockOptions & AttentionAtPositionOptions;

/**
 * A pre-norm transformer block: x + attention(norm(x)), then optionally the same with a context,
 * then x + MLP(norm(x)).
 *
 * Parts: `norm1`, `attention`; with a context `crossNorm`, `cross`; `norm2`, `widen`, `narrow`.
 *
 * @param x  [B, T, D]
 * @returns  [B, T, D]
 * @throws ShapeError as {@link multiHeadAttention}
 * @source Vaswani et al. 2017, arXiv:1706.03762, with the order of Xiong et al. 2020, arXiv:2002.04745
 */
export function transformerBlock(
  scope: Scope,
  x: Tensor,
  options: TransformerBlockOptions,
): Tensor {
  const { context, dropout: rate = 0, ...attention } = options;
  const dropped = (name: string, branch: Tensor) => dropout(scope.child(name), branch, { rate });
  const seen = multiHeadAttention(
    scope.child("attention"),
    layerNorm(scope.child("norm1"), x),
    attention,
  );
  let h = add(x, dropped("attention", seen));
  if (context !== undefined) h = add(h, dropped("cross", crossAttention(scope, h, options)));
  return add(h, dropped("narrow", feedForward(scope, h, options)));
}

/**
 * One position of a causal {@link transformerBlock}, for samplers; see {@link attentionAtPosition}.
 *
 * @param x  [B, D]
 */
export function transformerBlockAtPosition(
  scope: Scope,
  x: Tensor,
  options: TransformerBlockAtPositionOptions,
): AttendedPosition {
  const { y, seen } = attentionAtPosition(
    scope.child("attention"),
    layerNorm(scope.child("norm1"), x),
    options,
  );
  let h = add(x, y);
  if (options.context !== undefined) {
    h = add(h, squeeze(crossAttention(scope, expandDims(h, 1), options), 1));
  }
  return { y: add(h, feedForward(scope, h, options)), seen };
}

/** The result of the first positions, with their keys and values for a cache. */
export interface FirstPositions {
  /** [B, T, D] */
  readonly y: Tensor;
  /** Each [B, heads, T, D / heads]. */
  readonly added: KeysAndValues;
}

/**
 * The first positions of a causal {@link transformerBlock}, for samplers that go on from them with
 * {@link transformerBlockAtPosition}.
 *
 * @param x  [B, T, D]
 */
export function transformerBlockFromStart(
  scope: Scope,
  x: Tensor,
  options: BlockOptions & MultiHeadAttentionOptions,
): FirstPositions {
  const attention = scope.child("attention");
  const normed = layerNorm(scope.child("norm1"), x);
  const added = keysAndValues(attention, normed, options);
  let h = add(x, multiHeadAttention(attention, normed, { ...options, context: added }));
  if (options.context !== undefined) h = add(h, crossAttention(scope, h, options));
  return { y: add(h, feedForward(scope, h, options)), added };
}

function crossAttention(
  scope: Scope,
  h: Tensor,
  { heads, bias = true, context, outputInitialiser }: TransformerBlockOptions,
): Tensor {
  const settings = { heads, bias, context, outputInitialiser };
  return multiHeadAttention(scope.child("cross"), layerNorm(scope.child("crossNorm"), h), settings);
}

function feedForward(
  scope: Scope,
  h: Tensor,
  { widening = 4, activation = gelu }: BlockOptions,
): Tensor {
  const features = axisLength("transformerBlock", h, -1);
  const wide = dense(scope.child("widen"), layerNorm(scope.child("norm2"), h), {
    features: widening * features,
  });
  return dense(scope.child("narrow"), activation(wide), { features });
}
