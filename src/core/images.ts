import type { Annotations } from "./annotations.js";
import type { ImageShape } from "./batch.js";

/** Images that a capability reads: a dataset, a folder or an array in memory. */
export interface ImageSource {
  readonly count: number;
  /** What is known of each image besides its pixels. */
  readonly annotations?: Annotations;
  /** [count] ≥ 0: how much each image counts when a model is fitted by passes; 1 where absent. */
  readonly weights?: Float32Array;
  /** Where the images come from, such as a file's path; for messages. */
  readonly source?: string;
  /** [count] values that each image lacks, which are read as NaN; absent where no image lacks any. */
  readonly missing?: Uint32Array;
  /** Where a part of a source comes from: the places of its images in the whole. */
  readonly origin?: { readonly indices: Uint32Array };
  /** Writes the images `indices` one after the other into `out`, as pixels in [0, 1], [C, H, W] each. */
  read(indices: ArrayLike<number>, out: Float32Array): void | Promise<void>;
}

/** Images in memory: [count, C, H, W], row-major. */
export interface Images extends ImageShape {
  readonly count: number;
  readonly pixelsUnit: Float32Array;
}
