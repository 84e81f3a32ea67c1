import type { Place } from "../../page/parts/place.js";

/** Names of the model's parameters. */
const LOG_WEIGHTS = "parameters.mixture.logWeights";
const MEANS = "parameters.mixture.means";
const WHITENING = "parameters.mixture.whitening.rows0";
const INVERSE_STD = "parameters.mixture.inverseStd";

/** The parameters that hold everything about the components. */
export const namesOf = (covariance: string): string[] => [
  LOG_WEIGHTS,
  MEANS,
  covariance === "full" ? WHITENING : INVERSE_STD,
];

/** A Gaussian in the plane with its weight. */
export interface Component {
  readonly logWeight: number;
  readonly mean: Place;
  /** W with W Σ Wᵀ = I: [[a, 0], [b, c]] */
  readonly whitening: readonly [a: number, b: number, c: number];
}

/** Reads the components of a mixture in the plane from its parameters, in the order of `namesOf`. */
export function componentsOf(
  [logWeights, means, spread]: readonly Float32Array[],
  covariance: string,
): Component[] {
  return Array.from(logWeights, (logWeight, k) => {
    const mean: Place = [means[2 * k], means[2 * k + 1]];
    if (covariance === "full") {
      return { logWeight, mean, whitening: [spread[4 * k], spread[4 * k + 2], spread[4 * k + 3]] };
    }
    const [a, c] =
      covariance === "diagonal" ? [spread[2 * k], spread[2 * k + 1]] : [spread[k], spread[k]];
    return { logWeight, mean, whitening: [a, 0, c] };
  });
}

/** The component with the largest responsibility for a point: π N(x; μ, Σ) up to a factor. */
export function mostResponsible(components: readonly Component[], [x, y]: Place): number {
  let [best, most] = [0, Number.NEGATIVE_INFINITY];
  components.forEach(({ logWeight, mean, whitening: [a, b, c] }, k) => {
    const [right, up] = [x - mean[0], y - mean[1]];
    const squared = (a * right) ** 2 + (b * right + c * up) ** 2;
    const log = logWeight + Math.log(a * c) - squared / 2;
    if (log > most) [best, most] = [k, log];
  });
  return best;
}

/** Points of the ellipse on which (x − μ)ᵀ Σ⁻¹ (x − μ) = radius². */
export function ellipseOf({ mean, whitening: [a, b, c] }: Component, radius: number): Place[] {
  return Array.from({ length: 49 }, (_, at) => {
    const angle = (2 * Math.PI * at) / 48;
    const right = (radius * Math.cos(angle)) / a;
    const up = (radius * Math.sin(angle) - b * right) / c;
    return [mean[0] + right, mean[1] + up];
  });
}
