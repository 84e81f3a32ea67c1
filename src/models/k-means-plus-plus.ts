import type { Stream } from "../runtime/random.js";

/** Points in memory, such as images. */
export interface Points {
  /** [N, D] row-major */
  readonly values: Float32Array | Float64Array;
  /** D */
  readonly width: number;
  /** [N] ≥ 0; all 1 by default. */
  readonly weights?: ArrayLike<number>;
}

/**
 * Initial centres for k-means. Each point is drawn with probability proportional to its weight times
 * its squared distance to the nearest centre so far.
 *
 * @returns  indices of points; fewer than `count` if fewer points differ
 * @source Arthur & Vassilvitskii 2007, k-means++: the advantages of careful seeding, section 2.2
 */
export function spreadPoints(points: Points, count: number, chance: Stream): number[] {
  const { values, width, weights } = points;
  const uniforms = new Float64Array(count);
  chance.uniform(uniforms);
  const distances = new Float64Array(values.length / width).fill(1);
  const chosen: number[] = [];
  for (let at = 0; at < count; at++) {
    const shares = weights ? distances.map((d, point) => d * weights[point]) : distances;
    const total = shares.reduce((a, b) => a + b, 0);
    if (!(total > 0)) return chosen;
    const next = drawn(shares, uniforms[at] * total);
    chosen.push(next);
    for (let point = 0; point < distances.length; point++) {
      const most = at === 0 ? Number.POSITIVE_INFINITY : distances[point];
      const distance = squaredDistance(values, point, values, next, width, most);
      distances[point] = Math.min(most, distance);
    }
  }
  return chosen;
}

/** The index at which the running sum exceeds `target`; never one with share 0. */
function drawn(shares: Float64Array, target: number): number {
  let sum = 0;
  let last = 0;
  for (let at = 0; at < shares.length; at++) {
    if (shares[at] === 0) continue;
    sum += shares[at];
    last = at;
    if (sum > target) return at;
  }
  return last;
}

/**
 * Squared distance between row `a` of one array and row `b` of another.
 *
 * @param most  summation may stop above this value
 */
export function squaredDistance(
  of: ArrayLike<number>,
  a: number,
  others: ArrayLike<number>,
  b: number,
  width: number,
  most: number,
): number {
  let distance = 0;
  for (let at = 0; at < width && distance < most; at++) {
    distance += (of[a * width + at] - others[b * width + at]) ** 2;
  }
  return distance;
}
