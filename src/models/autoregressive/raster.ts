import type { ImageShape } from "../../core/batch.js";
import type { CompleteRequest, Host, SampleRequest } from "../../core/driven.js";

/** Pixels that are given, in all images at the same places. */
export type Given = Pick<CompleteRequest, "pixelsUnit" | "known">;

/** A pixel that is about to be drawn, in all images of a batch. */
export interface Visit {
  readonly row: number;
  readonly column: number;
  /** [H · W] position in raster order, which also numbers the pixel's noise. */
  readonly position: number;
  readonly isKnown: boolean;
  /** [size, C] the pixel's values where they are given; else they say nothing. */
  readonly given: Float32Array;
  /** [size, C, H, W] what is known so far. */
  readonly images: Float32Array;
}

/** What a sampler does on its way through the images. */
export interface RasterWalk {
  /** @returns  [size, C] values of the pixel in [0, 1] */
  pixel(visit: Visit): Promise<Float32Array>;
  /** Called before the first pixel of each row. */
  rowBegins?(row: number): Promise<void>;
}

/**
 * Goes through the pixels of a batch of images in raster order and keeps what is drawn.
 *
 * A pixel is drawn given all pixels before it, whether those were given or drawn. Given pixels stay as
 * they are, and do not change what was drawn before them.
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
