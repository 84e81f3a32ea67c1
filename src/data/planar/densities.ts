import { noisySpines, type PlanarDensity, type Spine } from "./density.js";
import type { Point } from "./window.js";

/** The centre of a Gaussian, named by its number. */
const centre = (point: Point, number: number): Spine => ({
  name: String(number),
  at: () => point,
  speed: 0,
});

/**
 * Eight Gaussians on the unit circle, σ = 0.01.
 *
 * @source Lin et al. 2018, PacGAN, arXiv:1712.04086, section 4.1
 */
export const ring: PlanarDensity = noisySpines({
  name: "ring",
  window: { left: -1.25, bottom: -1.25, side: 2.5 },
  spines: Array.from({ length: 8 }, (_, k) =>
    centre([Math.cos((k * Math.PI) / 4), Math.sin((k * Math.PI) / 4)], k),
  ),
  sigma: 0.01,
});

/**
 * Twenty-five Gaussians at {−4, −2, 0, 2, 4}², σ = 0.05.
 *
 * @source Lin et al. 2018, PacGAN, arXiv:1712.04086, section 4.1
 */
export const grid: PlanarDensity = noisySpines({
  name: "grid",
  window: { left: -5, bottom: -5, side: 10 },
  spines: Array.from({ length: 25 }, (_, k) =>
    centre([2 * Math.floor(k / 5) - 4, 2 * (k % 5) - 4], k),
  ),
  sigma: 0.05,
});

/** Angles at which the spiral starts and ends, and the divisor of its coordinates. */
const ROLL = { from: 1.5 * Math.PI, to: 4.5 * Math.PI, scale: 5 } as const;

/**
 * A spiral of one and a half turns with angle and radius uniform on [1.5π, 4.5π], σ = 1, all divided
 * by 5.
 *
 * @source scikit-learn's `make_swiss_roll` without its depth, scaled as in Grathwohl et al. 2019,
 *         FFJORD, arXiv:1810.01367
 */
export const swissRoll: PlanarDensity = noisySpines({
  name: "swiss-roll",
  window: { left: -3.7, bottom: -3.7, side: 8 },
  spines: [
    {
      name: "roll",
      at(t) {
        const angle = ROLL.from + (ROLL.to - ROLL.from) * t;
        const radius = angle / ROLL.scale;
        return [radius * Math.cos(angle), radius * Math.sin(angle)];
      },
      speed: ((ROLL.to - ROLL.from) * Math.hypot(1, ROLL.to)) / ROLL.scale,
    },
  ],
  sigma: 1 / ROLL.scale,
});

/**
 * Two interleaved half circles of radius 1, σ = 0.1.
 *
 * @source scikit-learn's `make_moons`, with its angles drawn at random instead of evenly spaced
 */
export const moons: PlanarDensity = noisySpines({
  name: "moons",
  window: { left: -1.7, bottom: -1.95, side: 4.4 },
  spines: [
    { name: "upper", at: (t) => [Math.cos(Math.PI * t), Math.sin(Math.PI * t)], speed: Math.PI },
    {
      name: "lower",
      at: (t) => [1 - Math.cos(Math.PI * t), 0.5 - Math.sin(Math.PI * t)],
      speed: Math.PI,
    },
  ],
  sigma: 0.1,
});

/** Every named density. */
export const planarDensities: readonly PlanarDensity[] = [ring, grid, swissRoll, moons];
