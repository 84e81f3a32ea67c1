import { pytorchDefault, pytorchDefaultBias } from "../../../nn/index.js";
import type { Initialiser, Scope } from "../../../nn/scope.js";
import { add, mul } from "../../../tensor/ops/elementwise.js";
import { matmul } from "../../../tensor/ops/linear.js";
import { pad, reshape, slice, stack, transpose } from "../../../tensor/ops/rearrange.js";
import { elementCount, productOfDims } from "../../../tensor/shape.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { type Maps, type Mask, maskOf, type Taps } from "../masks.js";

/**
 * Turns images into the maps of a PixelRNN, [F, H, W, B] with features first and images last. Rows,
 * gates and neighbours are then contiguous in memory, and every layer is one product of a matrix
 * [out, in] with all positions of all images.
 *
 * @param images  [B, C, H, W]
 * @returns       [C, H, W, B]
 */
export function toMaps(images: Tensor): Tensor {
  const [batch, ...rest] = images.shape;
  const flat = transpose(reshape(images, [batch, elementCount(rest as readonly number[])]));
  return reshape(flat, [...rest, batch]);
}

/** The inverse of {@link toMaps}; also takes a single pixel, [F, B] → [B, F]. */
export function fromMaps(maps: Tensor): Tensor {
  const rest = maps.shape.slice(0, -1);
  const batch = maps.shape[rest.length];
  const flat = transpose(reshape(maps, [elementCount(rest as readonly number[]), batch]));
  return reshape(flat, [batch, ...rest]);
}

/**
 * The windows of all pixels, with zeros outside the image.
 *
 * The last row of a pixel's window is the pixel's own row, with the pixel at column `centre`.
 *
 * @param maps  [F, H, W, B]
 * @returns     [F · rows · columns, H, W, B]
 */
export function windowsOf(maps: Tensor, { rows, columns, centre }: Taps): Tensor {
  const [features, height, width, batch] = maps.shape;
  const padded = pad(maps, [
    [0, 0],
    [rows - 1, 0],
    [centre, columns - 1 - centre],
  ]);
  const shown = Array.from({ length: rows * columns }, (_, tap) => {
    const [top, left] = [Math.floor(tap / columns), tap % columns];
    return slice(padded, [
      null,
      { start: top, end: top + (height as number) },
      { start: left, end: left + (width as number) },
    ]);
  });
  if (shown.length === 1) return maps;
  return reshape(stack(shown, 1), [
    (features as number) * rows * columns,
    ...[height, width, batch],
  ]);
}

/** A learned linear map of the features at each position. */
export interface LayerSpec {
  readonly from: Maps;
  readonly to: Maps;
  readonly mask: Mask;
  /** The window given to {@link windowsOf}; a single pixel by default. */
  readonly taps?: Taps;
  /** Initialiser of the bias; false for none. */
  readonly bias?: false | Initialiser;
}

const POINT: Taps = { rows: 1, columns: 1, centre: 0 };

/**
 * Multiplies each position by a learned matrix, stored as `weight` `[to, from, rows, columns]`.
 *
 * @param x  [from · rows · columns, ...positions]
 * @returns  [to, ...positions]
 */
export function layerOf(scope: Scope, x: Tensor, spec: LayerSpec): Tensor {
  const positions = x.shape.slice(1);
  const columns = reshape(x, [x.shape[0], productOfDims(positions)]);
  const weight = maskedWeight(scope, spec);
  const y = matmul(reshape(weight, [weight.shape[0], -1]), columns);
  const biased = spec.bias === false ? y : add(y, biasOf(scope, spec));
  return reshape(biased, [spec.to.channels, ...positions]);
}

/** [to, from, rows, columns], with zeros for weights that would look ahead. */
export function maskedWeight(scope: Scope, spec: LayerSpec): Tensor {
  const { from, to, mask, taps = POINT } = spec;
  const weight = scope.parameter("weight", weightShape(spec), pytorchDefault);
  const used = maskOf(from, to, taps, mask);
  return used === undefined ? weight : mul(weight, used);
}

/** [to, 1] */
export function biasOf(scope: Scope, spec: LayerSpec): Tensor {
  const { channels } = spec.to;
  const initialise = spec.bias || pytorchDefaultBias(weightShape(spec));
  return reshape(scope.parameter("bias", [channels], initialise), [channels, 1]);
}

function weightShape({ from, to, taps = POINT }: LayerSpec): number[] {
  return [to.channels, from.channels, taps.rows, taps.columns];
}
