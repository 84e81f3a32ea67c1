import { ConfigError, DataError } from "../core/errors.js";
import type { Accumulator } from "./accumulator.js";
import { CompensatedSums } from "./compensated-sums.js";
import { centredSum } from "./exact-product.js";
import { countOf, type FeatureBatch, requireWidth } from "./features.js";

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

  /** @throws ConfigError when the width is not a whole number from 1 */
  constructor(readonly width: number) {
    requireWidth(width);
    this.sums = new CompensatedSums(width);
    this.products = new CompensatedSums((width * (width + 1)) / 2);
  }

  add(batch: FeatureBatch): void {
    const { width } = this;
    const count = countOf(batch, width);
    const values = new Float64Array(batch.values);
    for (let at = 0; at < values.length; at++) this.sums.add(at % width, values[at]);
    let image = 0;
    for (; image + 4 <= count; image += 4) addFourProducts(this.products, values, image, width);
    for (; image < count; image++) addProducts(this.products, values, image, width);
    this.count += count;
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

/** The products of four images, so that each sum is read and written once for all four. */
function addFourProducts(
  { high, low }: CompensatedSums,
  values: Float64Array,
  image: number,
  width: number,
): void {
  const x0 = image * width;
  const x1 = x0 + width;
  const x2 = x1 + width;
  const x3 = x2 + width;
  let at = 0;
  for (let i = 0; i < width; i++) {
    const s0 = values[x0 + i];
    const s1 = values[x1 + i];
    const s2 = values[x2 + i];
    const s3 = values[x3 + i];
    for (let j = i; j < width; j++, at++) {
      let sum = high[at];
      let lost = low[at];
      let before = sum;
      let term = s0 * values[x0 + j];
      sum = before + term;
      let taken = sum - before;
      lost += before - (sum - taken) + (term - taken);
      before = sum;
      term = s1 * values[x1 + j];
      sum = before + term;
      taken = sum - before;
      lost += before - (sum - taken) + (term - taken);
      before = sum;
      term = s2 * values[x2 + j];
      sum = before + term;
      taken = sum - before;
      lost += before - (sum - taken) + (term - taken);
      before = sum;
      term = s3 * values[x3 + j];
      sum = before + term;
      taken = sum - before;
      lost += before - (sum - taken) + (term - taken);
      high[at] = sum;
      low[at] = lost;
    }
  }
}
