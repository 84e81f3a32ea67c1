import type { PrimitiveName } from "../../tensor/primitives.js";
import type { Tensor } from "../../tensor/tensor.js";
import type { NDArray } from "./array.js";

/**
 * Computes one primitive.
 *
 * @param node      gives the attributes and the data type
 * @param operands  the operands' values; read only
 * @param shape     the node's shape with its symbols bound
 * @returns         the row-major elements of the result, possibly an operand's own array
 */
export type Kernel<P extends PrimitiveName> = (
  node: Tensor<P>,
  operands: readonly NDArray[],
  shape: readonly number[],
) => Float64Array;

export type Kernels<P extends PrimitiveName> = { readonly [K in P]: Kernel<K> };
