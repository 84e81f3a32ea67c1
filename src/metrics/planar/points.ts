import { DataError } from "../../core/errors.js";

/**
 * The number of points.
 *
 * @param points  [count, 2]
 * @throws DataError when the length is odd or a coordinate is not finite
 */
export function requirePoints(points: ArrayLike<number>): number {
  if (points.length % 2 !== 0) {
    throw new DataError(`${points.length} coordinates are no whole number of points in the plane`);
  }
  for (let at = 0; at < points.length; at++) {
    if (!Number.isFinite(points[at])) {
      throw new DataError(`coordinate ${at % 2} of point ${at >> 1} is ${points[at]}`);
    }
  }
  return points.length / 2;
}
