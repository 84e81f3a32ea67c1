import { DataError } from "../../core/errors.js";
import { areaOf, type Box, type LogDensity, logAdd, logDensities, requireGrid } from "./density.js";

export interface DensityDivergence {
  /** KL(data ‖ model): infinite when the model rules out what the data does not. */
  readonly klNats: number;
  /** KL(model ‖ data), the reverse KL. */
  readonly reverseKlNats: number;
  /** Jensen–Shannon divergence, in [0, log 2]. */
  readonly jsdNats: number;
}

/** How far from 1 a density's integral over the box may be. */
const TOLERANCE = 0.01;

/**
 * Divergences of a model with a density in the plane from data with a known one: integrals over the box by
 * the midpoint rule, so exact up to the fineness of the grid. Cells should be no wider than a third of the
 * narrowest mode's standard deviation. All three are 0 for equal densities.
 *
 * @param box    holds all but a hundredth of either density
 * @param cells  a side
 * @throws ConfigError when the box is empty or cells is not a whole number from 1
 * @throws DataError when a density does not integrate to 1 over the box, to within 0.01
 */
export function densityDivergence(
  data: LogDensity,
  model: LogDensity,
  box: Box,
  cells = 500,
): DensityDivergence {
  requireGrid(box, cells);
  const logArea = Math.log(areaOf(box) / cells ** 2);
  const [p, q] = [data, model].map((density, which) => {
    const logs = logDensities(density, box, cells).map((log) => log + logArea);
    const mass = logs.reduce((sum, log) => sum + Math.exp(log), 0);
    if (!(Math.abs(mass - 1) <= TOLERANCE)) {
      const whose = which === 0 ? "data" : "model";
      throw new DataError(
        `the ${whose}'s density integrates to ${mass} over the box: widen it or use finer cells`,
      );
    }
    return logs.map((log) => log - Math.log(mass));
  });
  const mixture = p.map((log, at) => logAdd(log, q[at]) - Math.LN2);
  return {
    klNats: divergence(p, q),
    reverseKlNats: divergence(q, p),
    jsdNats: (divergence(p, mixture) + divergence(q, mixture)) / 2,
  };
}

/** Σ p log(p / q) of log-probabilities, which do not underflow where densities do. */
function divergence(p: Float64Array, q: Float64Array): number {
  const sum = p.reduce((total, log, at) => {
    const share = Math.exp(log);
    return share === 0 ? total : total + share * (log - q[at]);
  }, 0);
  return Math.max(0, sum);
}
