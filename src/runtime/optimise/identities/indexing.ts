import { gather } from "../../../tensor/ops/indexing.js";
import { constant, type Tensor } from "../../../tensor/tensor.js";
import { type Identities, is } from "./identity.js";

/** The inverse of constant indices, if they are a permutation. */
function inverseOf(indices: Tensor, size: number): number[] | undefined {
  if (!is(indices, "constant") || indices.shape.length !== 1) return undefined;
  const { data } = indices.attributes;
  if (data.length !== size) return undefined;
  const inverse = new Array<number>(size).fill(-1);
  data.forEach((position, index) => {
    inverse[position] = index;
  });
  return inverse.includes(-1) ? undefined : inverse;
}

export const indexing: Identities = {
  /** The gradient of a permutation is the inverse permutation; gathering is far faster than adding. */
  scatterAdd: ({ inputs: [updates, indices], attributes: { axis, size } }) => {
    const inverse = inverseOf(indices, size);
    return inverse && gather(updates, constant(inverse, [size], indices.dtype), axis);
  },
};
