import type { Layout } from "./layout.js";
import {
  cholesky,
  gram,
  invertedTransposed,
  solveColumns,
  solveLower,
  solveLowerTransposed,
} from "./linear-algebra.js";
import { type HostParameters, transposedOf } from "./parameters.js";

/** One component, for images that lack the same pixels. */
export interface ObservedComponent {
  /** Log-density of the observed pixels in nats, with the missing ones integrated out. */
  logDensity(x: Float64Array): number;
  /** Writes the mean of the missing pixels given the observed ones into `x`. */
  fill(x: Float64Array): void;
  /** Covariance of the missing pixels given the observed ones: [m, m], or [m] variances if diagonal. */
  covariance(): Float64Array;
  /** Turns [m] standard normal numbers into noise with that covariance, in place. */
  colour(noise: Float64Array): void;
}

/** One component on the host. */
export interface HostComponent {
  /** The component for a pattern of missing pixels. */
  without(missing: ArrayLike<number>): ObservedComponent;
  /** Turns [D] standard normal numbers into noise with the component's covariance, in place. */
  colour(noise: Float64Array): void;
}

/** @param component  its index; a component with a full covariance holds [D, D] numbers in memory */
export function componentOf(
  parameters: HostParameters,
  layout: Layout,
  component: number,
): HostComponent {
  const { length, matrices } = layout;
  const mean = parameters.means.subarray(component * length, (component + 1) * length);
  if (parameters.inverseStd === undefined) {
    const matrix = matrices === 1 ? 0 : component;
    const transposed = transposedOf(parameters.whitening, layout, matrix);
    return {
      without: (missing) => denseComponent(mean, transposed, missing),
      colour: (noise) => solveColumns(transposed, length, noise),
    };
  }
  const width = parameters.inverseStd.length / layout.components;
  const scale = Float64Array.from(mean, (_, pixel) =>
    width === 1
      ? parameters.inverseStd![component]
      : parameters.inverseStd![component * width + pixel],
  );
  return {
    without: (missing) => diagonalComponent(mean, scale, missing),
    colour(noise) {
      for (let pixel = 0; pixel < length; pixel++) noise[pixel] /= scale[pixel];
    },
  };
}

const HALF_LOG_TAU = 0.5 * Math.log(2 * Math.PI);

/**
 * A Gaussian given by its precision Λ = Wᵀ W. With missing pixels m and observed pixels o,
 * x_m | x_o ~ N(μ_m − Λ_mm⁻¹ Λ_mo (x_o − μ_o), Λ_mm⁻¹), and log |Σ_oo| = log |Σ| + log |Λ_mm|. So only a
 * matrix over the missing pixels must be factored.
 *
 * @param transposed  [D, D] row j holds column j of the lower triangular W
 * @source Bishop 2006, Pattern Recognition and Machine Learning, equations 2.96 and 2.97
 */
function denseComponent(
  mean: Float64Array,
  transposed: Float64Array,
  missing: ArrayLike<number>,
): ObservedComponent {
  const n = mean.length;
  const m = missing.length;
  const absent = new Uint8Array(n);
  for (let at = 0; at < m; at++) absent[missing[at]] = 1;
  // Λ_mm = G Gᵀ
  const factor = gram(transposed, n, missing);
  cholesky(factor, m);
  let logScale = -(n - m) * HALF_LOG_TAU;
  for (let row = 0; row < n; row++) logScale += Math.log(transposed[row * n + row]);
  for (let row = 0; row < m; row++) logScale -= Math.log(factor[row * m + row]);
  const whitened = new Float64Array(n);
  const pull = new Float64Array(m);

  /** whitened = W_o (x_o − μ_o), pull = Λ_mo (x_o − μ_o) */
  const look = (x: Float64Array) => {
    whitened.fill(0);
    for (let column = 0; column < n; column++) {
      if (absent[column] === 1) continue;
      const distance = x[column] - mean[column];
      for (let row = column; row < n; row++) {
        whitened[row] += transposed[column * n + row] * distance;
      }
    }
    for (let at = 0; at < m; at++) {
      let sum = 0;
      for (let row = missing[at]; row < n; row++) {
        sum += transposed[missing[at] * n + row] * whitened[row];
      }
      pull[at] = sum;
    }
  };

  return {
    logDensity(x) {
      look(x);
      solveLower(factor, m, pull);
      return logScale - 0.5 * (squaredLength(whitened) - squaredLength(pull));
    },
    fill(x) {
      look(x);
      solveLower(factor, m, pull);
      solveLowerTransposed(factor, m, pull);
      for (let at = 0; at < m; at++) x[missing[at]] = mean[missing[at]] - pull[at];
    },
    covariance() {
      const inverse = invertedTransposed(factor, m);
      return gram(inverse, m, Array.from(pull.keys()));
    },
    colour: (noise) => solveLowerTransposed(factor, m, noise),
  };
}

const squaredLength = (x: Float64Array): number => x.reduce((sum, value) => sum + value * value, 0);

/** A Gaussian of independent pixels. @param scale  [D] 1 / standard deviation */
function diagonalComponent(
  mean: Float64Array,
  scale: Float64Array,
  missing: ArrayLike<number>,
): ObservedComponent {
  const absent = new Uint8Array(mean.length);
  for (let at = 0; at < missing.length; at++) absent[missing[at]] = 1;
  return {
    logDensity(x) {
      let nats = 0;
      for (let pixel = 0; pixel < mean.length; pixel++) {
        if (absent[pixel] === 1) continue;
        const distance = (x[pixel] - mean[pixel]) * scale[pixel];
        nats += Math.log(scale[pixel]) - HALF_LOG_TAU - 0.5 * distance * distance;
      }
      return nats;
    },
    fill(x) {
      for (let at = 0; at < missing.length; at++) x[missing[at]] = mean[missing[at]];
    },
    covariance: () => Float64Array.from(missing, (pixel) => scale[pixel] ** -2),
    colour(noise) {
      for (let at = 0; at < noise.length; at++) noise[at] /= scale[missing[at]];
    },
  };
}
