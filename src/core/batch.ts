import type { Tensor } from "../tensor/tensor.js";
import type { AnnotationTensors, AnnotationTraits } from "./annotations.js";

/** Height, width and channels of the images a model is built for. */
export interface ImageShape {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/** Number of values of one image. */
export const pixelsPerImage = ({ channels, height, width }: ImageShape): number =>
  channels * height * width;

/** A shape for a message: `1×28×28`. */
export const shapeText = ({ channels, height, width }: ImageShape): string =>
  `${channels}×${height}×${width}`;

/** What a model may know about its data. */
export interface DataTraits extends ImageShape {
  /** True when every pixel is 0 or 1. */
  readonly binary: boolean;
  /**
   * Number of equally spaced values a pixel can take: 2 for binary images, null for real numbers.
   */
  readonly levels: number | null;
  /** Meaning of the annotations that each image carries. */
  readonly annotations: AnnotationTraits;
}

/** Symbolic images of one batch. */
export interface Batch {
  /** [B, C, H, W] in [0, 1] */
  readonly pixelsUnit: Tensor;
  /** Annotations of each image; only a conditional model may read them. */
  readonly annotations: AnnotationTensors;
}
