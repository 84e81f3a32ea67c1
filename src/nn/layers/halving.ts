import type { Tensor } from "../../tensor/tensor.js";
import type { Initialiser, Scope } from "../scope.js";
import { convTranspose2d } from "./conv-transpose2d.js";
import { conv2d } from "./conv2d.js";

/** Height and width. */
export type Side = readonly [number, number];

/** Initial values of a layer; PyTorch's where absent. */
export interface LayerInitialisers {
  readonly weightInitialiser?: Initialiser;
  readonly biasInitialiser?: Initialiser;
}

/** Sizes before and after each of `count` halvings; halving rounds up. */
export function halvedSizes({ height, width }: { height: number; width: number }, count: number) {
  const sizes: Side[] = [[height, width]];
  for (let layer = 0; layer < count; layer++) {
    const [rows, columns] = sizes[layer];
    sizes.push([Math.ceil(rows / 2), Math.ceil(columns / 2)]);
  }
  return sizes;
}

/** A 3×3 convolution of stride 2: [B, C, H, W] → [B, channels, ⌈H/2⌉, ⌈W/2⌉] */
export const halvingConv2d = (
  scope: Scope,
  x: Tensor,
  channels: number,
  initialisers: LayerInitialisers = {},
): Tensor => conv2d(scope, x, { channels, kernel: 3, stride: 2, padding: 1, ...initialisers });

/**
 * A 3×3 transposed convolution of stride 2, which undoes a halving: [B, C, ⌈H/2⌉, ⌈W/2⌉] →
 * [B, channels, H, W]
 *
 * @param to  H and W
 */
export const doublingConv2d = (
  scope: Scope,
  x: Tensor,
  channels: number,
  [height, width]: Side,
  initialisers: LayerInitialisers = {},
): Tensor =>
  convTranspose2d(scope, x, {
    channels,
    kernel: 3,
    stride: 2,
    padding: 1,
    outputPadding: [1 - (height % 2), 1 - (width % 2)],
    ...initialisers,
  });
