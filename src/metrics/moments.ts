import { ConfigError, DataError } from "../core/errors.js";
import type { Accumulator } from "./accumulator.js";
import { CompensatedSums } from "./compensated-sums.js";
import { centredSum } from "./exact-product.js";
import { countOf, type FeatureBatch, requireWidth } from "./features.js";
import { type ProductKernel, productKernel } from "./product-kernel.js";

/**
 * Features whose covariance is worth taking: at 4,096 one set takes 400 MB, and a Fréchet distance minutes, as
 * memory grows with their square and time with their cube.
 */
export const MOST_COVARIED = 4096;

/** The Gaussian that has the moments of a set's features. */
export interface Moments {
  /** Images. */
  readonly count: number;
  /** [width] */
  readonly mean: Float64Array;
  /** [width, width] with the divisor count − 1. */
  readonly covariance: Float64Array;
}

/**
 * Mean and covariance of features, in 16 · width · (width + 1) / 2 bytes whatever the number of images.
 *
 * Products of float32 features are exact in float64 and their sums are compensated, so means that are
 * large beside the deviations cost no digits. Products of float64 features are rounded.
 */
export class FeatureMoments implements Accumulator<FeatureBatch, Moments> {
  private count = 0;
  private readonly sums: CompensatedSums;
  /** Of products of features i and j ≥ i, row by row. */
  private readonly products: CompensatedSums;
  private readonly kernel: ProductKernel | undefined;

  /** @throws ConfigError when the width is not a whole number from 1 to {@link MOST_COVARIED} */
  constructor(readonly width: number) {
    requireWidth(width);
    if (width > MOST_COVARIED) {
      throw new ConfigError(
        `a covariance is taken of at most ${MOST_COVARIED} features, not ${width}, as its memory grows with their square and its time with their cube`,
      );
    }
    this.sums = new CompensatedSums(width);
    this.products = new CompensatedSums((width * (width + 1)) / 2);
    this.kernel = productKernel(width);
  }

  add(batch: FeatureBatch): void {
    const { width } = this;
    const count = countOf(batch, width);
    const values = new Float64Array(batch.values);
    for (let at = 0; at < values.length; at++) this.sums.add(at % width, values[at]);
    const most = this.kernel?.images ?? count;
    for (let first = 0; first < count; first += most) {
      this.addBlock(values, first, Math.min(most, count - first));
    }
    this.count += count;
  }

  private addBlock(values: Float64Array, first: number, count: number): void {
    const { width, kernel, products } = this;
    const add = (i: number, j: number, sum: number, lost: number) => {
      const at = i * width - (i * (i + 1)) / 2 + j;
      products.add(at, sum);
      products.low[at] += lost;
    };
    if (kernel?.products(values, first, count, add)) return;
    for (let image = first; image < first + count; image++) {
      addProducts(products, values, image, width);
    }
  }

  merge(other: FeatureMoments): void {
    if (other.width !== this.width) {
      throw new ConfigError(`features of width ${other.width} and ${this.width} cannot be merged`);
    }
    this.count += other.count;
    this.sums.merge(other.sums);
    this.products.merge(other.products);
  }

  /** @throws DataError when there are fewer than two images */
  result(): Moments {
    const { count, width, sums, products } = this;
    if (count < 2) throw new DataError(`a covariance needs at least 2 images, not ${count}`);
    const totals = sums.values();
    const covariance = new Float64Array(width * width);
    let at = 0;
    for (let i = 0; i < width; i++) {
      for (let j = i; j < width; j++, at++) {
        const centred = centredSum(
          count,
          products.value(at),
          products.rest(at),
          totals[i],
          sums.rest(i),
          totals[j],
          sums.rest(j),
        );
        const value = centred / (count * (count - 1));
        covariance[i * width + j] = value;
        covariance[j * width + i] = value;
      }
    }
    return { count, mean: totals.map((total) => total / count), covariance };
  }
}

/** The products of one image; see {@link CompensatedSums.add} for the arithmetic. */
function addProducts(
  { high, low }: CompensatedSums,
  values: Float64Array,
  image: number,
  width: number,
): void {
  const x = image * width;
  let at = 0;
  for (let i = 0; i < width; i++) {
    const scale = values[x + i];
    for (let j = i; j < width; j++, at++) {
      const term = scale * values[x + j];
      const before = high[at];
      const sum = before + term;
      const taken = sum - before;
      low[at] += before - (sum - taken) + (term - taken);
      high[at] = sum;
    }
  }
}
