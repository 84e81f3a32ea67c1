import type { DType } from "../../tensor/dtype.js";
import { FigmentError } from "../../tensor/errors.js";
import { reachable } from "../../tensor/graph.js";
import type { PrimitiveName } from "../../tensor/primitives.js";
import { bindShape, elementCount, formatShape } from "../../tensor/shape.js";
import type { Tensor } from "../../tensor/tensor.js";
import type { NDArray } from "./array.js";
import { convolution } from "./convolution.js";
import { elementwise } from "./elementwise.js";
import { indexing } from "./indexing.js";
import type { Kernel, Kernels } from "./kernel.js";
import { linear } from "./linear.js";
import { pooling } from "./pooling.js";
import { rearrange } from "./rearrange.js";
import { reduction } from "./reduction.js";

export type { NDArray } from "./array.js";

/** Counts of the symbolic dimensions. */
export type Bindings = Readonly<Record<string, number>>;

export interface InterpreterOptions {
  /**
   * `float64` (default) computes every float node in double precision, even those declared float32;
   * `declared` rounds the result of each float32 node to float32.
   */
  readonly precision?: "float64" | "declared";
}

const kernels: Kernels<Exclude<PrimitiveName, "input">> = {
  constant: ({ attributes: { data } }) => Float64Array.from(data),
  ...elementwise,
  ...reduction,
  ...rearrange,
  ...linear,
  ...convolution,
  ...pooling,
  ...indexing,
};

/** Converts values to the data type. int32 wraps at 32 bits; NaN becomes the integer 0. */
function hold(
  data: Float64Array,
  dtype: DType,
  { precision = "float64" }: InterpreterOptions,
): Float64Array {
  if (dtype === "int32") return data.map((value) => value | 0);
  if (dtype === "int64") return data.map((value) => (Number.isNaN(value) ? 0 : value));
  return dtype === "float32" && precision === "declared" ? data.map(Math.fround) : data;
}

/**
 * Computes one node from the values of its operands, for {@link interpret} and for constant folding.
 *
 * @throws RangeError for an index out of range, a division of an integer by zero or an unbound
 *         dimension
 */
export function evaluateNode(
  node: Tensor,
  operands: readonly NDArray[],
  dims: Bindings = {},
  options: InterpreterOptions = {},
): NDArray {
  if (node.op === "input") {
    throw new FigmentError("cannot evaluate an input: it has no value until it is fed");
  }
  const shape = bindShape(node.shape, dims);
  const kernel = kernels[node.op] as Kernel<PrimitiveName>;
  return { data: hold(kernel(node, operands, shape), node.dtype, options), shape };
}

/**
 * Evaluates a graph in plain TypeScript. Gradients and devices are tested against this oracle.
 *
 * @param outputs  the tensors to evaluate, as a list or by name
 * @param feeds    row-major values of every input by name, including state and noise
 * @param dims     counts of the symbolic dimensions
 * @returns        the values, structured like `outputs`
 * @throws FigmentError naming the input when a feed is missing or has the wrong length
 */
export function interpret(
  outputs: readonly Tensor[],
  feeds: Readonly<Record<string, ArrayLike<number>>>,
  dims?: Bindings,
  options?: InterpreterOptions,
): NDArray[];
export function interpret<Names extends string>(
  outputs: Readonly<Record<Names, Tensor>>,
  feeds: Readonly<Record<string, ArrayLike<number>>>,
  dims?: Bindings,
  options?: InterpreterOptions,
): Record<Names, NDArray>;
export function interpret(
  outputs: readonly Tensor[] | Readonly<Record<string, Tensor>>,
  feeds: Readonly<Record<string, ArrayLike<number>>>,
  dims: Bindings = {},
  options: InterpreterOptions = {},
): NDArray[] | Record<string, NDArray> {
  const values = new Map<number, NDArray>();
  const computed = ({ id }: Tensor) => values.get(id) as NDArray;
  for (const node of reachable(Object.values(outputs))) {
    const value =
      node.op === "input"
        ? fed(node as Tensor<"input">, feeds, dims, options)
        : evaluateNode(node, node.inputs.map(computed), dims, options);
    values.set(node.id, value);
  }
  return Array.isArray(outputs)
    ? outputs.map(computed)
    : Object.fromEntries(Object.entries(outputs).map(([name, output]) => [name, computed(output)]));
}

function fed(
  { attributes: { name }, shape, dtype }: Tensor<"input">,
  feeds: Readonly<Record<string, ArrayLike<number>>>,
  dims: Bindings,
  options: InterpreterOptions,
): NDArray {
  const values = feeds[name];
  if (values === undefined) {
    throw new FigmentError(`the input "${name}" ${formatShape(shape)} was not fed`);
  }
  const bound = bindShape(shape, dims);
  if (values.length !== elementCount(bound)) {
    throw new FigmentError(
      `the input "${name}" was fed ${values.length} elements, which do not fill ${formatShape(bound)}`,
    );
  }
  return { data: hold(Float64Array.from(values), dtype, options), shape: bound };
}
