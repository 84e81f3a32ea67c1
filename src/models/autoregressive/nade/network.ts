import { activationNamed, glorotUniform, zeros } from "../../../nn/index.js";
import type { Initialiser, Scope } from "../../../nn/scope.js";
import { add, mul } from "../../../tensor/ops/elementwise.js";
import { lowerTriangle, matmul } from "../../../tensor/ops/linear.js";
import { expandDims, reshape, sliceAxis, transpose } from "../../../tensor/ops/rearrange.js";
import { productOfDims } from "../../../tensor/shape.js";
import type { Tensor } from "../../../tensor/tensor.js";
import type { NadeConfig } from "./config.js";

/** Numbers that a variable's distribution is read from, and their first bias. */
export interface Outputs {
  readonly count: number;
  readonly initialBias: Initialiser;
}

export interface NadeParameters {
  /** c, [1, H] */
  readonly bias: Tensor;
  /** b, [D, P] */
  readonly outputBias: Tensor;
  /** [D, 1 + P, H]: of each variable its column of W, then its P rows of V. */
  readonly weights: Tensor;
}

/**
 * The parameters of D variables in their order, under the paper's symbols.
 *
 * W and V lie in one tensor, variable by variable: so the gradient of a block is one piece, and the
 * engine can finish a block, its gradient included, before it begins with the next.
 */
export function nadeParameters(
  scope: Scope,
  variables: number,
  { hidden }: Pick<NadeConfig, "hidden">,
  { count, initialBias }: Outputs,
): NadeParameters {
  const fans = () => ({ fanIn: variables, fanOut: hidden });
  return {
    bias: scope.parameter("bias", [1, hidden], zeros),
    outputBias: scope.parameter("outputBias", [variables, count], initialBias),
    weights: scope.parameter("weights", [variables, 1 + count, hidden], glorotUniform({ fans })),
  };
}

/** What the network says of the variables `start` … `start + n − 1`. */
export interface BlockOutputs {
  /** [n, B] their values */
  readonly x: Tensor;
  /** [n, B, P] b_i + V_i h_i */
  readonly outputs: Tensor;
}

/**
 * What the network says of each variable given those before it,
 *
 *     h_i = activation(c + W_{·,<i} x_{<i}),   outputs_i = b_i + V_i h_i,
 *
 * block by block, the last block first. Within a block, the part of the block's own variables in
 * W_{·,<i} x_{<i} is a product with x behind a strictly triangular mask; what came before the block is
 * one vector an image. So no more than a block of the [D, B, H] hidden units is ever there at once.
 *
 * The order matters to memory alone. A gradient arrives at the last block first, and what the graph
 * names last, the engine computes first: with this order a block's gradient follows its hidden units at
 * once, and they are forgotten. With the other they are all kept, 2·D·B·H numbers.
 *
 * @param x  [B, D] values in their order
 * @source Larochelle & Murray 2011, equations 1–2; Uria et al. 2016, arXiv:1605.02226, equations 3–4
 */
export function conditionals(
  x: Tensor,
  parameters: NadeParameters,
  { hidden, activation, block }: Pick<NadeConfig, "hidden" | "activation" | "block">,
): BlockOutputs[] {
  const activate = activationNamed(activation);
  const [batch, variables] = x.shape;
  const blocks = ranges(variables as number, block)
    .reverse()
    .map((range) => ({
      ...partsOf(parameters, range),
      count: range.end - range.start,
      x: sliceAxis(x, 1, range),
    }));
  const before = prefixes(blocks, parameters.bias);
  return blocks.map(({ count, x: values, w, v, b }, index) => {
    const mask = reshape(lowerTriangle(count, -1), [count, 1, count]);
    const earlier = reshape(mul(mask, expandDims(values, 0)), [
      productOfDims([count, batch]),
      count,
    ]);
    const within = reshape(matmul(earlier, w), [count, batch, hidden]);
    const h = activate(add(within, expandDims(before[index], 0)));
    return {
      x: transpose(values),
      outputs: add(matmul(h, v, { transposeB: true }), expandDims(b, 1)),
    };
  });
}

interface Range {
  readonly start: number;
  readonly end: number;
}

function ranges(length: number, step: number): Range[] {
  return Array.from({ length: Math.ceil(length / step) }, (_, index) => ({
    start: index * step,
    end: Math.min(length, (index + 1) * step),
  }));
}

/** W [n, H], V [n, P, H] and b [n, P] of a block's variables. */
function partsOf({ weights, outputBias }: NadeParameters, range: Range) {
  const own = sliceAxis(weights, 0, range);
  const [count, , hidden] = own.shape;
  return {
    w: reshape(sliceAxis(own, 1, { end: 1 }), [count, hidden]),
    v: sliceAxis(own, 1, { start: 1 }),
    b: sliceAxis(outputBias, 0, range),
  };
}

/** c + W_{·,<start} x_{<start} of each block: [1, H] of the first, [B, H] of the others. */
function prefixes(
  blocks: readonly { readonly x: Tensor; readonly w: Tensor }[],
  bias: Tensor,
): Tensor[] {
  const result: Tensor[] = new Array(blocks.length);
  for (let index = blocks.length - 1, prefix = bias; index >= 0; index--) {
    result[index] = prefix;
    prefix = add(prefix, matmul(blocks[index].x, blocks[index].w));
  }
  return result;
}
