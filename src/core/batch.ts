import type { Tensor } from "../tensor/tensor.js";
import type { AnnotationTensors, AnnotationTraits } from "./annotations.js";

/** Height, width and channels of the images that a model is built for. */
export interface ImageShape {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/** Number of values of one image. */
export const pixelsPerImage = ({ channels, height, width }: ImageShape): number =>
  channels * height * width;

/** What a model may know of its data. */
export interface DataTraits extends ImageShape {
  /** True when every pixel is 0 or 1. */
  readonly binary: boolean;
  /** Number of equally spaced values a pixel can have: 2 where binary, null for any real number. */
  readonly levels: number | null;
  /** What each image carries besides its pixels. */
  readonly annotations: AnnotationTraits;
}

/** Symbolic images of one batch. */
export interface Batch {
  /** [B, C, H, W] in [0, 1] */
  readonly pixelsUnit: Tensor;
  /** What is known of each image; only a conditional model may read it. */
  readonly annotations: AnnotationTensors;
}
