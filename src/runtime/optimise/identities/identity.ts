import type { TensorValues } from "../../../tensor/dtype.js";
import type { PrimitiveName } from "../../../tensor/primitives.js";
import type { AnyTensor, Tensor } from "../../../tensor/tensor.js";

/** Returns a cheaper tensor with the same value, shape and data type, or `undefined`. */
export type Identity<P extends PrimitiveName> = (node: Tensor<P>) => Tensor | undefined;

export type Identities = { readonly [P in PrimitiveName]?: Identity<P> };

/** Narrows a tensor to one primitive. */
export function is<P extends PrimitiveName>(tensor: Tensor, op: P): tensor is Tensor<P> {
  return tensor.op === op;
}

/** The tensor before any broadcasting. */
export function underBroadcast(tensor: Tensor): Tensor {
  return is(tensor, "broadcastTo") ? underBroadcast(tensor.inputs[0]) : tensor;
}

/** Longer constants of equal elements become broadcast scalars. */
const MAX_UNIFORM = 16;

/** The value of all elements, if they are equal. */
function sharedValue(data: TensorValues): number | undefined {
  const [first] = data;
  for (const value of data) if (!Object.is(value, first)) return undefined;
  return first;
}

/** The number that every element is known to be equal to, if any. */
export function uniformValue(tensor: Tensor): number | undefined {
  const node = underBroadcast(tensor) as AnyTensor;
  if (node.op !== "constant" || node.attributes.data.length > MAX_UNIFORM) return undefined;
  return sharedValue(node.attributes.data);
}

/** The node's uniform constant operand as a number, and its other operand. */
export function withScalar({
  inputs: [a, b],
}: Tensor): { other: Tensor; value: number } | undefined {
  const right = uniformValue(b);
  if (right !== undefined) return { other: a, value: right };
  const left = uniformValue(a);
  return left === undefined ? undefined : { other: b, value: left };
}

/** The number to store once for a long constant of equal elements. */
export function compressible({ attributes: { data } }: Tensor<"constant">): number | undefined {
  return data.length > MAX_UNIFORM ? sharedValue(data) : undefined;
}
