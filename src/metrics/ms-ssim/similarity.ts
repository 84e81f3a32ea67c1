import type { ImageShape } from "../../core/batch.js";
import { ConfigError } from "../../core/errors.js";

/** Pixels of a side of the Gaussian window, and its standard deviation. */
const WINDOW = 11;
const SIGMA = 1.5;
/** Weights of the five scales of the paper, the finest first. */
const SCALE_WEIGHTS = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333];
/** Stabilisers (K L)² of means and of variances, for pixels in [0, 1]. */
const C1 = 0.01 ** 2;
const C2 = 0.03 ** 2;

const blurWeights = gaussian();

/**
 * Scales of which images are compared: five, or as many as leave a side of at least 11 pixels.
 *
 * @throws ConfigError when a side is shorter than 11 pixels from the start
 */
export function scalesFor({ height, width }: ImageShape): number {
  const side = Math.min(height, width);
  if (side < WINDOW) {
    throw new ConfigError(
      `structural similarity needs images of at least ${WINDOW} pixels a side, not ${side}`,
    );
  }
  let scales = 1;
  while (scales < SCALE_WEIGHTS.length && side >> scales >= WINDOW) scales++;
  return scales;
}

/**
 * Structural similarity of two images over several scales: 1 for equal ones, about 0 for images that have
 * nothing in common. A negative scale counts as 0, and channels are averaged. With fewer than five scales
 * the weights of the finest ones are scaled up to a sum of 1.
 *
 * @param x  [C, H, W] pixels in [0, 1], as is y
 * @source Wang, Simoncelli & Bovik 2003, "Multiscale structural similarity for image quality assessment",
 *         equation 7, without padding
 */
export function msSsim(x: Float64Array, y: Float64Array, shape: ImageShape): number {
  return overChannels(shape, x, y, (a, b) => ofChannel(a, b, shape));
}

/**
 * Structural similarity of two images at the scale that they have, in [−1, 1]; channels are averaged.
 *
 * @param x  [C, H, W] pixels in [0, 1], as is y; sides of at least 11 pixels
 * @source Wang, Bovik, Sheikh & Simoncelli 2004, doi:10.1109/TIP.2003.819861, equation 13, without padding
 */
export function ssim(x: Float64Array, y: Float64Array, shape: ImageShape): number {
  const { height, width } = shape;
  return overChannels(shape, x, y, (a, b) => atOneScale(a, b, height, width).whole);
}

/** The mean over channels of what compares two planes. */
function overChannels(
  { channels, height, width }: ImageShape,
  x: Float64Array,
  y: Float64Array,
  compare: (x: Float64Array, y: Float64Array) => number,
): number {
  const pixels = height * width;
  let total = 0;
  for (let channel = 0; channel < channels; channel++) {
    const [from, to] = [channel * pixels, (channel + 1) * pixels];
    total += compare(x.subarray(from, to), y.subarray(from, to));
  }
  return total / channels;
}

function ofChannel(x: Float64Array, y: Float64Array, shape: ImageShape): number {
  const weights = SCALE_WEIGHTS.slice(0, scalesFor(shape));
  // The paper's five sum to 1.0001 and are taken as they are.
  const scaleUp = weights.length === SCALE_WEIGHTS.length ? 1 : 1 / sum(weights);
  let { height, width } = shape;
  let product = 1;
  weights.forEach((weight, scale) => {
    const { structure, whole } = atOneScale(x, y, height, width);
    const similarity = scale === weights.length - 1 ? whole : structure;
    product *= Math.max(0, similarity) ** (weight * scaleUp);
    [x, y] = [halved(x, height, width), halved(y, height, width)];
    [height, width] = [height >> 1, width >> 1];
  });
  return product;
}

/** Means over all places of the window: of contrast times structure, and of these times luminance. */
function atOneScale(x: Float64Array, y: Float64Array, height: number, width: number) {
  const blur = (values: Float64Array) => filtered(values, height, width);
  const products = (a: Float64Array, b: Float64Array) => blur(a.map((value, at) => value * b[at]));
  const [meanX, meanY] = [blur(x), blur(y)];
  const [xx, yy, xy] = [products(x, x), products(y, y), products(x, y)];
  let structure = 0;
  let whole = 0;
  for (let at = 0; at < meanX.length; at++) {
    const [mx, my] = [meanX[at], meanY[at]];
    const covariance = xy[at] - mx * my;
    const variances = xx[at] - mx * mx + yy[at] - my * my;
    const contrast = (2 * covariance + C2) / (variances + C2);
    structure += contrast;
    whole += (contrast * (2 * mx * my + C1)) / (mx * mx + my * my + C1);
  }
  return { structure: structure / meanX.length, whole: whole / meanX.length };
}

/** The image through the window, at the places where the whole window lies in the image. */
function filtered(x: Float64Array, height: number, width: number): Float64Array {
  const [rows, columns] = [height - WINDOW + 1, width - WINDOW + 1];
  const across = new Float64Array(height * columns);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < columns; column++) {
      let mean = 0;
      for (let k = 0; k < WINDOW; k++) mean += blurWeights[k] * x[row * width + column + k];
      across[row * columns + column] = mean;
    }
  }
  const both = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      let mean = 0;
      for (let k = 0; k < WINDOW; k++)
        mean += blurWeights[k] * across[(row + k) * columns + column];
      both[row * columns + column] = mean;
    }
  }
  return both;
}

/** Means of two by two pixels; an odd last row or column is left out. */
function halved(x: Float64Array, height: number, width: number): Float64Array {
  const [rows, columns] = [height >> 1, width >> 1];
  const half = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const at = 2 * row * width + 2 * column;
      half[row * columns + column] = (x[at] + x[at + 1] + x[at + width] + x[at + width + 1]) / 4;
    }
  }
  return half;
}

function gaussian(): Float64Array {
  const weights = Float64Array.from({ length: WINDOW }, (_, at) =>
    Math.exp(-((at - (WINDOW - 1) / 2) ** 2) / (2 * SIGMA ** 2)),
  );
  const total = sum(weights);
  return weights.map((weight) => weight / total);
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
