import { DataError } from "../../core/errors.js";
import type { FitSums } from "../../core/fit.js";
import { classOf, type Layout } from "./layout.js";
import { cholesky } from "./linear-algebra.js";
import { emptyBlocks, type HostParameters, packWhitening } from "./parameters.js";

/** Variances below this share of the second moments are rounding errors. */
const ROUNDING = 1e-13;
/** A component with less than this much of one image counts as empty. */
const EMPTY = 1e-10;

/**
 * Weights, means and covariances that maximise the expected log-likelihood.
 *
 * An empty component keeps its mean and covariance and gets weight 0.
 *
 * @param sums     counts [M], sums [M, D], and second moments
 * @param current  the parameters that produced the sums
 * @param reg      added to every variance
 * @throws DataError when a covariance is singular
 * @source Dempster, Laird & Rubin 1977, section 4.3; Bishop 2006, equations 9.24 to 9.26
 */
export function maximised(
  sums: FitSums,
  current: HostParameters,
  layout: Layout,
  reg: number,
): HostParameters {
  const counts = sums.get("counts")!;
  const first = means(sums, current, layout);
  const spread =
    layout.matrices > 0
      ? { whitening: fullWhitening(sums, first, current, layout, reg), inverseStd: undefined }
      : { whitening: [], inverseStd: diagonalScale(sums, first, current, layout, reg) };
  return { logWeights: logShares(counts), means: first, ...spread };
}

/** The means only; an empty component keeps its mean. */
export function means(sums: FitSums, current: HostParameters, { length }: Layout): Float64Array {
  const counts = sums.get("counts")!;
  const totals = sums.get("sums")!;
  return current.means.map((mean, at) => {
    const count = counts[Math.floor(at / length)];
    return count > EMPTY ? totals[at] / count : mean;
  });
}

export function logShares(counts: Float64Array): Float64Array {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => Math.log(count / total));
}

function fullWhitening(
  sums: FitSums,
  centres: Float64Array,
  current: HostParameters,
  layout: Layout,
  reg: number,
): Float64Array[] {
  const { matrices, components, length } = layout;
  const counts = sums.get("counts")!;
  const whitening = emptyBlocks(layout);
  const moment = new Float64Array(length * length);
  for (let matrix = 0; matrix < matrices; matrix++) {
    const members = matrices === components ? [matrix] : counts.keys();
    const count = matrices === components ? counts[matrix] : counts.reduce((a, b) => a + b, 0);
    if (count <= EMPTY) {
      copyMatrix(current.whitening, whitening, layout, matrix);
      continue;
    }
    unpack(sums, layout, matrix, moment);
    const largest = largestDiagonal(moment, length) / count;
    for (const member of members) {
      takeOff(moment, centres.subarray(member * length), counts[member], length);
    }
    for (let at = 0; at < moment.length; at++) moment[at] /= count;
    for (let pixel = 0; pixel < length; pixel++) moment[pixel * length + pixel] += reg;
    const failed = cholesky(moment, length, ROUNDING * largest);
    if (failed >= 0) throw singular(layout, matrices === components ? matrix : undefined, failed);
    packWhitening(moment, whitening, layout, matrix);
  }
  return whitening;
}

/** Copies block rows of the sums into the lower triangle of `moment` [D, D]. */
function unpack(sums: FitSums, layout: Layout, matrix: number, moment: Float64Array): void {
  for (const { name, start, end } of layout.blocks) {
    const part = sums.get(name)!;
    for (let row = start; row < end; row++) {
      const from = (matrix * (end - start) + row - start) * end;
      moment.set(part.subarray(from, from + row + 1), row * layout.length);
    }
  }
}

function largestDiagonal(moment: Float64Array, length: number): number {
  let largest = 0;
  for (let pixel = 0; pixel < length; pixel++) {
    largest = Math.max(largest, moment[pixel * length + pixel]);
  }
  return largest;
}

/** moment −= count · mean meanᵀ, in the lower triangle. */
function takeOff(moment: Float64Array, mean: Float64Array, count: number, length: number): void {
  for (let row = 0; row < length; row++) {
    const scale = count * mean[row];
    for (let column = 0; column <= row; column++) {
      moment[row * length + column] -= scale * mean[column];
    }
  }
}

function copyMatrix(
  from: readonly Float64Array[],
  to: readonly Float64Array[],
  { blocks }: Layout,
  matrix: number,
): void {
  blocks.forEach(({ start, end }, block) => {
    const size = (end - start) * end;
    to[block].set(from[block].subarray(matrix * size, (matrix + 1) * size), matrix * size);
  });
}

function diagonalScale(
  sums: FitSums,
  centres: Float64Array,
  current: HostParameters,
  layout: Layout,
  reg: number,
): Float64Array {
  const { components, length, covariance } = layout;
  const counts = sums.get("counts")!;
  const squares = sums.get("squares")!;
  const scale = current.inverseStd!.slice();
  const width = scale.length / components;
  for (let component = 0; component < components; component++) {
    const count = counts[component];
    if (count <= EMPTY) continue;
    const at = component * length;
    const largest = squares.subarray(at, at + length).reduce((a, b) => Math.max(a, b), 0) / count;
    const variance = (pixel: number) =>
      Math.max(0, squares[at + pixel] / count - centres[at + pixel] ** 2);
    const pixels = Array.from({ length }, (_, pixel) => variance(pixel));
    const variances =
      covariance === "spherical" ? [pixels.reduce((a, b) => a + b, 0) / length] : pixels;
    variances.forEach((value, pixel) => {
      const total = value + reg;
      if (!(total > ROUNDING * largest)) throw singular(layout, component, pixel);
      scale[component * width + pixel] = 1 / Math.sqrt(total);
    });
  }
  return scale;
}

function singular(layout: Layout, component: number | undefined, pixel: number): DataError {
  const { components, classes } = layout;
  const owner =
    component === undefined || components === 1
      ? "the covariance"
      : `the covariance of component ${component % (components / classes)}${classes > 1 ? ` of class ${classOf(layout, component)}` : ""}`;
  return new DataError(
    `${owner} is singular: value ${pixel} of an image (of ${layout.length}, row by row) is constant or determined by earlier values; ` +
      "set reg > 0, such as --set reg=1e-3, or use fewer components",
  );
}
