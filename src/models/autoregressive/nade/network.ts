import { type AnnotationTensors, requireAnnotation } from "../../../core/annotations.js";
import { activationNamed, glorotUniform, zeros } from "../../../nn/index.js";
import type { Initialiser, Scope } from "../../../nn/scope.js";
import { add, mul } from "../../../tensor/ops/elementwise.js";
import { gather } from "../../../tensor/ops/indexing.js";
import { lowerTriangle, matmul } from "../../../tensor/ops/linear.js";
import { expandDims, reshape, sliceAxis, transpose } from "../../../tensor/ops/rearrange.js";
import { productOfDims } from "../../../tensor/shape.js";
import type { Tensor } from "../../../tensor/tensor.js";
import type { NadeConfig } from "./config.js";

/** The outputs that parameterise a variable's distribution, and their initial bias. */
export interface Outputs {
  readonly count: number;
  readonly initialBias: Initialiser;
}

/** What a conditional model knows of the images. */
export interface ClassInput {
  /** Number of classes; 0 for a model that reads none. */
  readonly classes: number;
  readonly annotations: AnnotationTensors;
}

export interface NadeParameters {
  /** c, [1, H]; of a conditional model c + the column of U of an image's class, [B, H] */
  readonly bias: Tensor;
  /** b, [D, P] */
  readonly outputBias: Tensor;
  /** [D, 1 + P, H]: for each variable its column of W, then its P rows of V. */
  readonly weights: Tensor;
}

/**
 * The parameters of D variables in their order, under the paper's symbols. A conditional model adds a
 * vector of the image's class to the hidden units' biases.
 *
 * W and V share one tensor, variable by variable. The gradient of a block is then a single piece, and
 * the engine can finish a block with its gradient before it starts the next.
 */
export function nadeParameters(
  scope: Scope,
  variables: number,
  { hidden }: Pick<NadeConfig, "hidden">,
  { count, initialBias }: Outputs,
  ofClass: ClassInput = { classes: 0, annotations: {} },
): NadeParameters {
  const bias = scope.parameter("bias", [1, hidden], zeros);
  const fans = () => ({ fanIn: variables, fanOut: hidden });
  return {
    bias: biasOf(scope, bias, hidden, ofClass),
    outputBias: scope.parameter("outputBias", [variables, count], initialBias),
    weights: scope.parameter("weights", [variables, 1 + count, hidden], glorotUniform({ fans })),
  };
}

function biasOf(
  scope: Scope,
  bias: Tensor,
  hidden: number,
  { classes, annotations }: ClassInput,
): Tensor {
  if (classes === 0) return bias;
  const table = scope.parameter("labels", [classes, hidden], zeros);
  return add(bias, gather(table, requireAnnotation(annotations, "class")));
}

/** The network's outputs for the variables `start` … `start + n − 1`. */
export interface BlockOutputs {
  /** [n, B] their values */
  readonly x: Tensor;
  /** [n, B, P] b_i + V_i h_i */
  readonly outputs: Tensor;
}

/**
 * The network's outputs for each variable given those before it,
 *
 *     h_i = activation(c + W_{·,<i} x_{<i}),   outputs_i = b_i + V_i h_i,
 *
 * block by block, the last block first. Within a block, the block's own variables contribute to
 * W_{·,<i} x_{<i} by a product of x with strictly triangularly masked weights; all earlier blocks
 * contribute one vector per image. So at most one block of the [D, B, H] hidden units exists at a time.
 *
 * The order of the blocks affects only memory. Gradients reach the last block first, and the engine
 * first computes what the graph names last. In this order a block's gradient directly follows its hidden
 * units, which can then be freed. In the opposite order all hidden units are kept, 2·D·B·H numbers.
 *
 * @param x  [B, D] values in order
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

/** W [n, H], V [n, P, H] and b [n, P] of the variables in a block. */
function partsOf({ weights, outputBias }: NadeParameters, range: Range) {
  const own = sliceAxis(weights, 0, range);
  const [count, , hidden] = own.shape;
  return {
    w: reshape(sliceAxis(own, 1, { end: 1 }), [count, hidden]),
    v: sliceAxis(own, 1, { start: 1 }),
    b: sliceAxis(outputBias, 0, range),
  };
}

/** c + W_{·,<start} x_{<start} for each block: [1, H] for the first, [B, H] for the others. */
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
