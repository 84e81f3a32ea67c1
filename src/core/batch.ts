import type { Tensor } from "../tensor/tensor.js";

/** Height, width and channels of the images that a model is built for. */
export interface ImageShape {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/** What a model may know of its data. */
export interface DataTraits extends ImageShape {
  /** True when every pixel is 0 or 1. */
  readonly binary: boolean;
  /** Number of equally spaced values a pixel can have: 2 where binary, null for any real number. */
  readonly levels: number | null;
  /** Number of classes of labelled images; 0 without labels. */
  readonly classes: number;
}

/** Symbolic images of one batch. */
export interface Batch {
  /** [B, C, H, W] in [0, 1] */
  readonly pixelsUnit: Tensor;
  /** int32 [B], each below the number of classes; only a conditional model may read them. */
  readonly labels: Tensor;
}
