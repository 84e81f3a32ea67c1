import { pytorchDefault, pytorchDefaultBias, type Scope } from "../../../nn/index.js";
import { convolve2d } from "../../../tensor/ops/convolution.js";
import { add, mul } from "../../../tensor/ops/elementwise.js";
import { pad, reshape, slice, transpose } from "../../../tensor/ops/rearrange.js";
import type { Tensor } from "../../../tensor/tensor.js";
import type { Location } from "../location.js";
import { type Maps, type Mask, maskOf, type Taps } from "../masks.js";

/** A convolution whose windows do not see later pixels. */
export interface WindowSpec {
  readonly from: Maps;
  readonly to: Maps;
  /** Rows and columns of the unmasked window; odd. */
  readonly kernel: number;
  readonly mask: Mask;
}

/** A 1×1 convolution under mask B. */
export type PointSpec = Pick<WindowSpec, "from" | "to">;

/**
 * Computes the windows of the vertical stack, over whole images or one row at a time. The result at a
 * row depends on the rows above and, with mask B, on the row itself.
 */
export interface RowWindows {
  /** Reads rows above, as wide as the kernel; with mask B also the row itself. */
  above(scope: Scope, x: Tensor, spec: WindowSpec): Tensor;
  pointwise(scope: Scope, x: Tensor, spec: PointSpec): Tensor;
  /** Reshapes [B, C], the same at all pixels, so that it broadcasts to maps. */
  everywhere(vector: Tensor): Tensor;
}

/** Computes windows in raster order, over whole images or one pixel at a time. */
export interface PixelWindows {
  /** Reads rows above and pixels on the left. */
  causal(scope: Scope, x: Tensor, spec: WindowSpec): Tensor;
  /** Reads pixels on the left in the same row. */
  left(scope: Scope, x: Tensor, spec: WindowSpec): Tensor;
  pointwise(scope: Scope, x: Tensor, spec: PointSpec): Tensor;
  /** Reshapes [B, C], the same at all pixels, so that it broadcasts to maps. */
  everywhere(vector: Tensor): Tensor;
  /** Sums row and column embeddings for each pixel. */
  located(location: Location): Tensor;
}

/** Learned weights `[to, from, rows, columns]`, 0 where masked, and a bias `[to]`. */
export interface Weights {
  readonly weight: Tensor;
  readonly bias: Tensor;
}

export function weightsOf(scope: Scope, spec: Omit<WindowSpec, "kernel">, taps: Taps): Weights {
  const { weight, bias } = allWeightsOf(scope, spec, taps);
  return { weight: masked(weight, spec, taps), bias };
}

/** The weights before masking, since callers may need only some of their taps. */
export function allWeightsOf(
  scope: Scope,
  { from, to }: Omit<WindowSpec, "kernel">,
  taps: Taps,
): Weights {
  const shape = [to.channels, from.channels, taps.rows, taps.columns];
  return {
    weight: scope.parameter("weight", shape, pytorchDefault),
    bias: scope.parameter("bias", [to.channels], pytorchDefaultBias(shape)),
  };
}

/** The weights of these taps, with zeros for those that would look ahead. */
export function masked(
  weight: Tensor,
  { from, to, mask }: Omit<WindowSpec, "kernel">,
  taps: Taps,
): Tensor {
  const used = maskOf(from, to, taps, mask);
  return used === undefined ? weight : mul(weight, used);
}

/** Rows and columns that a window reaches beyond its centre. */
export const reachOf = ({ kernel }: Pick<WindowSpec, "kernel">): number => (kernel - 1) / 2;

/** The taps of a vertical window. With mask A they exclude the window's own row. */
export function tapsAbove(spec: WindowSpec): Taps {
  const rows = reachOf(spec) + (spec.mask === "B" ? 1 : 0);
  return { rows, columns: spec.kernel, centre: spec.kernel };
}

/** The taps of a window in its own row. They include the centre unless mask A hides all of it. */
export function tapsLeft(spec: WindowSpec): Taps {
  const reach = reachOf(spec);
  const seesCentre = spec.mask === "B" || spec.from.groups > 1;
  return { rows: 1, columns: reach + (seesCentre ? 1 : 0), centre: reach };
}

export function tapsCausal(spec: WindowSpec): Taps {
  const reach = reachOf(spec);
  return { rows: reach + 1, columns: spec.kernel, centre: reach };
}

export const POINT: Taps = { rows: 1, columns: 1, centre: 0 };

/** All windows of whole images at once, [B, C, H, W], for training and scoring. */
export const wholeImages: RowWindows & PixelWindows = {
  above(scope, x, spec) {
    const reach = reachOf(spec);
    const seesRow = spec.mask === "B";
    const rows = seesRow ? x : shifted(x, 2);
    return convolve(rows, weightsOf(scope, spec, tapsAbove(spec)), [
      ...[seesRow ? reach : reach - 1, reach],
      ...[0, reach],
    ]);
  },
  left(scope, x, spec) {
    const reach = reachOf(spec);
    const taps = tapsLeft(spec);
    const seesCentre = taps.columns > reach;
    return convolve(seesCentre ? x : shifted(x, 3), weightsOf(scope, spec, taps), [
      ...[0, seesCentre ? reach : reach - 1],
      ...[0, 0],
    ]);
  },
  causal(scope, x, spec) {
    const reach = reachOf(spec);
    return convolve(x, weightsOf(scope, spec, tapsCausal(spec)), [reach, reach, 0, reach]);
  },
  pointwise: (scope, x, spec) =>
    convolve(x, weightsOf(scope, { ...spec, mask: "B" }, POINT), [0, 0, 0, 0]),
  everywhere: (vector) => reshape(vector, [...vector.shape, 1, 1]),
  located({ rows, columns }) {
    const [height, channels] = rows.shape;
    return add(
      reshape(transpose(rows), [channels, height, 1]),
      reshape(transpose(columns), [channels, 1, columns.shape[0]]),
    );
  },
};

function convolve(x: Tensor, { weight, bias }: Weights, padding: readonly number[]): Tensor {
  const [top, left, bottom, right] = padding;
  const y = convolve2d(x, weight, { padding: [top, left, bottom, right] });
  return add(y, reshape(bias, [bias.shape[0], 1, 1]));
}

/** Shifts images by one pixel along an axis, so that each pixel gets the values of the previous one. */
function shifted(x: Tensor, axis: 2 | 3): Tensor {
  const size = x.shape[axis] as number;
  const before = x.shape.map((_, other): [number, number] => [other === axis ? 1 : 0, 0]);
  const ranges = x.shape.map((_, other) => (other === axis ? { end: size } : null));
  return slice(pad(x, before), ranges);
}
