import type { ImageShape } from "../core/batch.js";
import type { Images } from "../core/images.js";
import { psnr } from "./psnr.js";

/** Standard deviations after which the filter's tail is cut off. */
const TAIL = 4;
/** The widths that are tried, in pixels. */
const WIDTHS = Array.from({ length: 40 }, (_, at) => 0.1 * (at + 1));

/** Images after the Gaussian filter that suits them best. */
export interface BestFilter {
  /** Its standard deviation in pixels. */
  readonly sigma: number;
  readonly images: Images;
}

/**
 * The Gaussian filter with the highest PSNR against the clean images, of widths from 0.1 to 4 pixels: what
 * a denoiser without knowledge of images can do at most, as no one else knows the clean images.
 */
export function bestGaussianFilter(noisy: Images, clean: Images): BestFilter {
  let best: BestFilter | undefined;
  let reached = Number.NEGATIVE_INFINITY;
  for (const sigma of WIDTHS) {
    const images = { ...noisy, pixelsUnit: filtered(noisy, sigma) };
    const ratio = psnr(images, clean);
    if (ratio > reached || best === undefined) {
      best = { sigma, images };
      reached = ratio;
    }
  }
  return best ?? { sigma: 0, images: noisy };
}

/** Images after a Gaussian filter, clipped to [0, 1]. */
function filtered({ pixelsUnit, count, ...shape }: Images, sigma: number): Float32Array {
  const size = shape.height * shape.width;
  const planes = count * shape.channels;
  const result = new Float32Array(pixelsUnit.length);
  for (let plane = 0; plane < planes; plane++) {
    const values = pixelsUnit.subarray(plane * size, (plane + 1) * size);
    result.set(gaussianFilter(values, shape, sigma), plane * size);
  }
  return result.map((value) => Math.min(1, Math.max(0, value)));
}

/**
 * A plane of pixels after a Gaussian filter, with the image mirrored at its edges.
 *
 * @param plane  [H, W]
 * @param sigma  its standard deviation in pixels
 */
export function gaussianFilter(
  plane: ArrayLike<number>,
  { height, width }: Pick<ImageShape, "height" | "width">,
  sigma: number,
): Float64Array {
  const weights = gaussianWeights(sigma);
  const rows = alongRows(Float64Array.from(plane), height, width, weights);
  return transposed(
    alongRows(transposed(rows, height, width), width, height, weights),
    width,
    height,
  );
}

function gaussianWeights(sigma: number): Float64Array {
  const reach = Math.floor(TAIL * sigma + 0.5);
  const weights = Float64Array.from({ length: 2 * reach + 1 }, (_, at) =>
    Math.exp(-((at - reach) ** 2) / (2 * sigma ** 2)),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

function alongRows(
  plane: Float64Array,
  height: number,
  width: number,
  weights: Float64Array,
): Float64Array {
  const reach = (weights.length - 1) / 2;
  const result = new Float64Array(plane.length);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      let sum = 0;
      for (let k = -reach; k <= reach; k++) {
        sum += weights[k + reach] * plane[row * width + mirrored(column + k, width)];
      }
      result[row * width + column] = sum;
    }
  }
  return result;
}

/** A place beyond the edges as that which it mirrors: 0 is its own neighbour on the left. */
function mirrored(place: number, length: number): number {
  const period = 2 * length;
  const within = ((place % period) + period) % period;
  return within < length ? within : period - 1 - within;
}

const transposed = (plane: Float64Array, height: number, width: number): Float64Array =>
  Float64Array.from(plane, (_, at) => plane[(at % height) * width + Math.floor(at / height)]);
