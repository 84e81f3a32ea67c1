import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { DataError } from "../../core/errors.js";
import type { Features } from "../features.js";
import { FeatureMoments } from "../moments.js";
import type { Projection } from "./projection.js";

/** A projection whose axes explain some of the variance each. */
export interface PrincipalPlane extends Projection {
  readonly shares: readonly [number, number];
}

/**
 * The two directions in which features vary most. Each points to where its largest weight is
 * positive, so that the picture is the same on every machine.
 *
 * @throws DataError when there are fewer than 2 images or 2 features
 * @source Pearson 1901; the directions are eigenvectors of the covariance
 */
export function principalComponents({ count, width, values }: Features): PrincipalPlane {
  if (width < 2) throw new DataError("a plane needs features of at least 2 numbers, not 1");
  const moments = new FeatureMoments(width);
  moments.add({ first: 0, values });
  const { mean, covariance } = moments.result();
  const matrix = Matrix.from1DArray(width, width, covariance);
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(matrix, {
    assumeSymmetric: true,
  });
  const order = [...realEigenvalues.keys()].sort((a, b) => realEigenvalues[b] - realEigenvalues[a]);
  const total = realEigenvalues.reduce((sum, value) => sum + Math.max(0, value), 0);
  const axes = order.slice(0, 2).map((at) => pointed(eigenvectorMatrix.getColumn(at)));
  const share = (at: number) => (total > 0 ? Math.max(0, realEigenvalues[order[at]]) / total : 0);
  const points = new Float64Array(2 * count);
  for (let image = 0; image < count; image++) {
    for (const [axis, weights] of axes.entries()) {
      points[2 * image + axis] = weights.reduce(
        (sum, weight, at) => sum + weight * (values[image * width + at] - mean[at]),
        0,
      );
    }
  }
  return { points, shares: [share(0), share(1)] };
}

function pointed(weights: readonly number[]): number[] {
  const largest = weights.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a));
  return weights.map((weight) => (largest < 0 ? -weight : weight));
}
