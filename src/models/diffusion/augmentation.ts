import type { Scope } from "../../nn/scope.js";
import {
  abs,
  add,
  clip,
  exp,
  less,
  maximum,
  mul,
  neg,
  sub,
  where,
} from "../../tensor/ops/elementwise.js";
import { matmul } from "../../tensor/ops/linear.js";
import { reshape, stack } from "../../tensor/ops/rearrange.js";
import { constant, type Tensor } from "../../tensor/tensor.js";

/** Images that were changed at random, and how. */
interface Augmented {
  /** [B, C, H, W] */
  readonly images: Tensor;
  /** [B, 5] numbers about 0 to 1 in size that say what was changed; zeros for an image as it was. */
  readonly changes: Tensor;
}

/** Standard deviations of ln scale, ln stretch, and of moves as shares of the side. */
const [SCALE, STRETCH, MOVE] = [0.14, 0.14, 0.125];

/**
 * Mirrors, scales, stretches and moves images, each at random, by linear interpolation; pixels at the
 * border are repeated. A network that is told the changes can leave them out of its samples.
 *
 * @param images       [B, C, H, W], any range
 * @param probability  of each change, in [0, 1); of mirroring it is half
 * @source Karras et al. 2022, arXiv:2206.00364, appendix F.2, without the rotations; their scales are in
 *         powers of 2 with standard deviation 0.2, which is 0.14 in powers of e
 */
export function augmented(scope: Scope, images: Tensor, probability: number): Augmented {
  const [batch, , height, width] = images.shape;
  const often = (name: string, value: Tensor) => {
    const chance = scope.noise(`${name}.chance`, [batch], "uniform");
    return where(less(chance, probability), value, 0);
  };
  const some = (name: string) => often(name, scope.noise(name, [batch], "normal"));
  const mirror = often("mirror", where(less(scope.noise("mirror", [batch], "uniform"), 0.5), 1, 0));
  const [scale, stretch, down, across] = ["scale", "stretch", "down", "across"].map(some);
  const grow = mul(scale, SCALE);
  const widen = mul(stretch, STRETCH / 2);
  const sign = sub(1, mul(mirror, 2));
  const rows = resampling(Number(height), exp(sub(widen, grow)), down);
  const columns = resampling(Number(width), mul(exp(neg(add(grow, widen))), sign), across);
  return {
    images: matmul(matmul(rows, images), columns, { transposeB: true }),
    changes: stack([mirror, scale, stretch, down, across], 1),
  };
}

/**
 * Matrices that scale an axis about its middle and then move it.
 *
 * @param shrinking  [B] 1 / the scale; negative to mirror
 * @param move       [B] in units of {@link MOVE}
 * @returns          [B, 1, length, length] linear interpolation: from the last axis to the one before
 */
function resampling(length: number, shrinking: Tensor, move: Tensor): Tensor {
  const each = (values: Tensor) => reshape(values, [...values.shape, 1, 1, 1]);
  const middle = (length - 1) / 2;
  const places = Float32Array.from({ length }, (_, at) => at - middle);
  const to = sub(constant(places, [1, 1, length, 1]), mul(each(move), MOVE * length));
  const source = clip(mul(to, each(shrinking)), -middle, middle);
  return maximum(sub(1, abs(sub(source, constant(places, [1, 1, 1, length])))), 0);
}
