import type { ImageShape } from "../../core/batch.js";
import type { CompleteRequest, Host, SampleRequest } from "../../core/driven.js";

/** Given pixels, at the same places in all images. */
export type Given = Pick<CompleteRequest, "pixelsUnit" | "known">;

/** The next pixel to draw in all images of a batch. */
export interface Visit {
  readonly row: number;
  readonly column: number;
  /** Position in raster order, below H · W; also the step of the pixel's noise. */
  readonly position: number;
  readonly isKnown: boolean;
  /** [size, C] the pixel's given values; meaningless if it is not given. */
  readonly given: Float32Array;
  /** [size, C, H, W] given and drawn pixels so far. */
  readonly images: Float32Array;
}

/** A sampler's callbacks during a walk over the images. */
export interface RasterWalk {
  /** @returns  [size, C] values of the pixel in [0, 1] */
  pixel(visit: Visit): Promise<Float32Array>;
  /** Called before the first pixel of each row. */
  rowBegins?(row: number): Promise<void>;
}

/**
 * Visits the pixels of a batch of images in raster order and stores the drawn values.
 *
 * Each pixel is drawn conditioned on all earlier pixels, given or drawn. Given pixels stay as they are
 * and have no effect on pixels drawn before them.
 *
 * @returns  [size, C, H, W] in [0, 1]
 */
export async function drawInRasterOrder(
  host: Host,
  { channels, height, width }: ImageShape,
  { size }: SampleRequest,
  given: Given | undefined,
  walk: RasterWalk,
): Promise<Float32Array> {
  const plane = height * width;
  const images = given?.pixelsUnit.slice() ?? new Float32Array(size * channels * plane);
  const end = given === undefined ? plane : given.known.lastIndexOf(0) + 1;
  for (let position = 0; position < end; position++) {
    host.signal?.throwIfAborted();
    const [row, column] = [Math.floor(position / width), position % width];
    if (column === 0) await walk.rowBegins?.(row);
    const isKnown = given?.known[position] === 1;
    const visit = { row, column, position, isKnown, images };
    const values = Float32Array.from(
      { length: size * channels },
      (_, index) => images[index * plane + position],
    );
    const pixel = await walk.pixel({ ...visit, given: values });
    if (!isKnown) {
      pixel.forEach((value, index) => {
        images[index * plane + position] = value;
      });
    }
    host.onProgress?.((position + 1) / end);
  }
  return images;
}
