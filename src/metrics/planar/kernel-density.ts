import { DataError } from "../../core/errors.js";
import { requirePoints } from "./points.js";

/** A density estimated from points by a round Gaussian around each. */
export interface KernelDensity {
  /** Standard deviation of each Gaussian. */
  readonly bandwidth: number;
  /** log q(x, y) in nats. */
  at(x: number, y: number): number;
  /** log q at each of the points, estimated from the others. */
  readonly atPoints: Float64Array;
}

/**
 * Kernel density estimate, with the bandwidth under which the points are likeliest given the others.
 *
 * @param points      [count, 2], at least two
 * @param bandwidths  to choose from
 * @throws DataError for fewer than two points
 * @source Silverman 1986, Density Estimation for Statistics and Data Analysis, section 3.4.4
 */
export function kernelDensity(
  points: ArrayLike<number>,
  bandwidths: readonly number[],
): KernelDensity {
  const count = requirePoints(points);
  if (count < 2) throw new DataError(`a kernel density needs at least two points, not ${count}`);
  const candidates = bandwidths.map((bandwidth) => {
    const atPoints = Float64Array.from({ length: count }, (_, at) =>
      logMeanKernel(points, bandwidth, points[2 * at], points[2 * at + 1], at),
    );
    return { bandwidth, atPoints, total: atPoints.reduce((sum, log) => sum + log, 0) };
  });
  const { bandwidth, atPoints } = candidates.reduce((best, other) =>
    other.total > best.total ? other : best,
  );
  return { bandwidth, atPoints, at: (x, y) => logMeanKernel(points, bandwidth, x, y, -1) };
}

/** The logarithm of the mean kernel at a place, without one of the points. */
function logMeanKernel(
  points: ArrayLike<number>,
  bandwidth: number,
  x: number,
  y: number,
  without: number,
): number {
  const count = points.length / 2;
  const precision = 0.5 / bandwidth ** 2;
  let nearest = Number.POSITIVE_INFINITY;
  for (let at = 0; at < count; at++) {
    if (at === without) continue;
    nearest = Math.min(nearest, (x - points[2 * at]) ** 2 + (y - points[2 * at + 1]) ** 2);
  }
  let sum = 0;
  for (let at = 0; at < count; at++) {
    if (at === without) continue;
    const squared = (x - points[2 * at]) ** 2 + (y - points[2 * at + 1]) ** 2;
    sum += Math.exp((nearest - squared) * precision);
  }
  const others = without < 0 ? count : count - 1;
  return Math.log(sum / others) - nearest * precision - Math.log(2 * Math.PI * bandwidth ** 2);
}
