import type { PrimitiveName } from "../../../tensor/primitives.js";
import type { AnyTensor, Tensor } from "../../../tensor/tensor.js";

/** A cheaper tensor with the same value, shape and data type, or `undefined` when none is known. */
export type Identity<P extends PrimitiveName> = (node: Tensor<P>) => Tensor | undefined;

export type Identities = { readonly [P in PrimitiveName]?: Identity<P> };

/** Narrows a tensor to one primitive. */
export function is<P extends PrimitiveName>(tensor: Tensor, op: P): tensor is Tensor<P> {
  return tensor.op === op;
}

/** The tensor under any broadcasting. */
export function underBroadcast(tensor: Tensor): Tensor {
  return is(tensor, "broadcastTo") ? underBroadcast(tensor.inputs[0]) : tensor;
}

/** The number that every element is, where that is known. */
export function uniformValue(tensor: Tensor): number | undefined {
  const node = underBroadcast(tensor) as AnyTensor;
  return node.op === "constant" && node.attributes.data.length === 1
    ? node.attributes.data[0]
    : undefined;
}
