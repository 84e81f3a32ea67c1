import type { Images } from "../core/images.js";
import { fileError } from "./file-error.js";
import { drawGrid } from "./grid.js";
import { loadSharp } from "./sharp.js";

/**
 * Images as a JPEG file would return them: 8 bits a pixel, and compressed at this quality.
 *
 * @param images   [N, C, H, W] with C 1 or 3; values outside [0, 1] are clipped
 * @param quality  1 to 100
 * @throws DataError when a pixel is NaN or the shape does not fit
 */
export async function throughJpeg(images: Images, quality: number): Promise<Images> {
  const { count, channels, height, width } = images;
  const sharp = await loadSharp();
  const size = channels * height * width;
  const pixelsUnit = new Float32Array(images.pixelsUnit.length);
  for (let n = 0; n < count; n++) {
    const one = {
      ...images,
      count: 1,
      pixelsUnit: images.pixelsUnit.subarray(n * size, (n + 1) * size),
    };
    const { bytes, ...raw } = drawGrid(one, { padding: 0, scale: 1 });
    try {
      const file = await sharp(bytes, { raw })
        .jpeg({ quality, chromaSubsampling: "4:4:4" })
        .toBuffer();
      const read = sharp(file).toColourspace(channels === 1 ? "b-w" : "srgb");
      const decoded = await read.raw().toBuffer();
      for (let at = 0; at < size; at++) {
        const [channel, pixel] = [Math.floor(at / (height * width)), at % (height * width)];
        pixelsUnit[n * size + at] = decoded[pixel * channels + channel] / 255;
      }
    } catch (error) {
      throw fileError("the JPEG", error);
    }
  }
  return { ...images, pixelsUnit };
}
