import type { ImageShape } from "../../../core/batch.js";
import { cast, equal, where } from "../../../tensor/ops/elementwise.js";
import { reshape, transpose } from "../../../tensor/ops/rearrange.js";
import type { Tensor } from "../../../tensor/tensor.js";
import type { HmmConfig } from "./config.js";

/** An image as a sequence of T observations with D values each. */
export interface Sequence {
  /** T */
  readonly length: number;
  /** D */
  readonly width: number;
  /** Name of one observation, such as `row`, for messages. */
  readonly observation: string;
  /** [B, C, H, W] → [B, T, D] */
  read(images: Tensor): Tensor;
  /** [B, T, D] → [B, C, H, W] */
  write(observations: Tensor): Tensor;
}

/** Observations in which some values may be missing. */
export interface Observations {
  /** [B, T, D], 0 for missing values. */
  readonly values: Tensor;
  /** [B, T, D] 1 for known values, 0 for missing ones. */
  readonly known: Tensor;
}

/** Reads the rows, columns or pixels of an image as a sequence; an observation has all channels. */
export function sequenceOf(
  sequence: HmmConfig["sequence"],
  { channels, height, width }: ImageShape,
): Sequence {
  /** The order of the image axes [C, H, W] that puts the steps first; the rest forms an observation. */
  const { order, steps, size, observation } = {
    rows: { order: [2, 1, 3], steps: height, size: channels * width, observation: "row" },
    columns: { order: [3, 1, 2], steps: width, size: channels * height, observation: "column" },
    pixels: { order: [2, 3, 1], steps: height * width, size: channels, observation: "pixel" },
  }[sequence];
  const extents = [0, channels, height, width];
  const forth = [0, ...order];
  const back = forth.map((_, axis) => forth.indexOf(axis));
  return {
    length: steps,
    width: size,
    observation,
    read: (images) => reshape(transpose(images, forth), [images.shape[0], steps, size]),
    write: (observations) =>
      transpose(
        reshape(observations, [observations.shape[0], ...order.map((axis) => extents[axis])]),
        back,
      ),
  };
}

/** Observations of images in which missing pixels are NaN. */
export function observe(sequence: Sequence, pixelsUnit: Tensor): Observations {
  const values = sequence.read(pixelsUnit);
  const known = equal(values, values);
  return { values: where(known, values, 0), known: cast(known, values.dtype) };
}
