import { matmul } from "../../../tensor/ops/linear.js";
import { reshape } from "../../../tensor/ops/rearrange.js";
import { elementCount, type Shape, sameShape } from "../../../tensor/shape.js";
import type { Tensor } from "../../../tensor/tensor.js";
import type { Identities } from "./identity.js";

/** Whether a window covers the whole image, so that it has a single position. */
function coversImage(
  image: Shape,
  kernel: Shape,
  { pads, groups }: Tensor<"conv">["attributes"],
): boolean {
  return groups === 1 && sameShape(image, kernel) && pads.every((pad) => pad === 0);
}

/** Flattens each item to a row. */
function rows(x: Tensor): Tensor {
  const [items, ...rest] = x.shape;
  return reshape(x, [items, elementCount(rest as readonly number[])]);
}

const spatial = ({ shape }: Tensor): Shape => shape.slice(2);

/** A convolution with filters as large as the image is a matrix product, and so are its adjoints. */
export const convolution: Identities = {
  conv: ({ inputs: [x, filters], attributes, shape }) =>
    coversImage(spatial(x), spatial(filters), attributes)
      ? reshape(matmul(rows(x), rows(filters), { transposeB: true }), shape)
      : undefined,
  convInputGradient: ({ inputs: [dy, filters], attributes, shape }) =>
    coversImage(attributes.inputSize, spatial(filters), attributes)
      ? reshape(matmul(rows(dy), rows(filters)), shape)
      : undefined,
  convFilterGradient: ({ inputs: [x, dy], attributes, shape }) =>
    coversImage(spatial(x), attributes.kernelSize, attributes)
      ? reshape(matmul(rows(dy), rows(x), { transposeA: true }), shape)
      : undefined,
};
