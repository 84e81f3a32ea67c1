import { gather } from "../../../tensor/ops/indexing.js";
import { constant, type Tensor } from "../../../tensor/tensor.js";
import { type Identities, is } from "./identity.js";

/** Where each position of a known order comes from: its inverse, when it names every position once. */
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
  /** The gradient of a change of order picks as the order itself does; adding up is far slower. */
  scatterAdd: ({ inputs: [updates, indices], attributes: { axis, size } }) => {
    const inverse = inverseOf(indices, size);
    return inverse && gather(updates, constant(inverse, [size], indices.dtype), axis);
  },
};
