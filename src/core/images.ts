import type { Annotations } from "./annotations.js";
import type { ImageShape } from "./batch.js";

/**
 * Images that a capability reads: a data set, a folder or an array in memory. A source that knows the
 * shape of its images has it compared with the model's.
 */
export interface ImageSource extends Partial<ImageShape> {
  readonly count: number;
  /** Annotations of each image. */
  readonly annotations?: Annotations;
  /** [count] weights ≥ 0 of the images in training; 1 where absent. */
  readonly weights?: Float32Array;
  /** Origin of the images, such as a file's path, for messages. */
  readonly source?: string;
  /**
   * [count] number of missing values per image, which read as NaN; absent where none are missing.
   */
  readonly missing?: Uint32Array;
  /** For a part of a source: the indices of its images in the whole. */
  readonly origin?: { readonly indices: Uint32Array };
  /**
   * Writes the images `indices` one after the other into `out`: [C, H, W] each, pixels in [0, 1].
   */
  read(indices: ArrayLike<number>, out: Float32Array): void | Promise<void>;
}

/** Images in memory: [count, C, H, W], row-major. */
export interface Images extends ImageShape {
  readonly count: number;
  readonly pixelsUnit: Float32Array;
}

/**
 * Reads images from memory.
 *
 * @param values  [count, …] row-major
 */
export function inMemory(values: Float32Array, count: number): ImageSource {
  const size = values.length / count;
  return {
    count,
    read(indices, out) {
      Array.from(indices).forEach((index, at) => {
        out.set(values.subarray(index * size, (index + 1) * size), at * size);
      });
    },
  };
}
