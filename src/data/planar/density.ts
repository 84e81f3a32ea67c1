import { gaussLegendre } from "./gauss-legendre.js";
import type { PlaneWindow, Point } from "./window.js";

/** A curve or a single point in the plane, to which Gaussian noise is added. */
export interface Spine {
  readonly name: string;
  /** The curve's point at t, uniform on [0, 1]. */
  at(t: number): Point;
  /** An upper bound on the speed |d at / dt|; 0 for a point. */
  readonly speed: number;
}

/** The modes of a mixture of equally likely round Gaussians. */
export interface Modes {
  readonly centres: readonly Point[];
  /** Standard deviation in each direction. */
  readonly sigma: number;
}

/** A density in the plane that can be evaluated exactly and sampled. */
export interface PlanarDensity {
  readonly name: string;
  /** The part of the plane that pixels in [0, 1] cover. */
  readonly window: PlaneWindow;
  /** Upper bound on the probability of a point outside the window. */
  readonly massOutside: number;
  /** Equally likely; a sample is a point on one of them plus noise. */
  readonly spines: readonly Spine[];
  /** Standard deviation of the noise in each direction. */
  readonly sigma: number;
  /** Present where every spine is a point. */
  readonly modes?: Modes;
  /** ln p(x, y) in nats per unit of area of the plane; finite wherever it does not overflow. */
  logDensity(point: Point): number;
}

/** Points of the rule per panel, and the longest panel in standard deviations of the noise. */
const ORDER = 10;
const PANEL = 2;

/** What defines a density. */
export type DensityDefinition = Pick<PlanarDensity, "name" | "window" | "spines" | "sigma">;

/**
 * The density of a uniform point on one of the equally likely spines plus noise N(0, σ² I): p(x) =
 * mean over spines of ∫₀¹ N(x; at(t), σ² I) dt. For points it is a mixture of Gaussians in closed
 * form. For curves a Gauss–Legendre rule in panels of at most 2σ computes the integral, with an
 * error below 1e-12 in ln p near the curve.
 */
export function noisySpines({ name, window, spines, sigma }: DensityDefinition): PlanarDensity {
  const nodes = spines.flatMap((spine) => quadratureNodes(spine, 1 / spines.length, sigma));
  const x = Float64Array.from(nodes, (node) => node.point[0]);
  const y = Float64Array.from(nodes, (node) => node.point[1]);
  const logWeights = Float64Array.from(nodes, (node) => Math.log(node.weight));
  const exponents = new Float64Array(nodes.length);
  const precision = 0.5 / sigma ** 2;
  const isMixture = spines.every(({ speed }) => speed === 0);
  return {
    name,
    window,
    spines,
    sigma,
    massOutside: massOutside(nodes, window, sigma),
    ...(isMixture && { modes: { centres: spines.map((spine) => spine.at(0)), sigma } }),
    logDensity([px, py]) {
      let most = Number.NEGATIVE_INFINITY;
      for (let k = 0; k < exponents.length; k++) {
        const squared = (px - x[k]) ** 2 + (py - y[k]) ** 2;
        const exponent = logWeights[k] - squared * precision;
        exponents[k] = exponent;
        if (exponent > most) most = exponent;
      }
      let sum = 0;
      for (const exponent of exponents) sum += Math.exp(exponent - most);
      return most + Math.log(sum) - Math.log(2 * Math.PI * sigma ** 2);
    },
  };
}

interface Node {
  readonly point: Point;
  readonly weight: number;
}

/** Quadrature points of a spine, whose weights add up to its share of the probability. */
function quadratureNodes(spine: Spine, share: number, sigma: number): Node[] {
  if (spine.speed === 0) return [{ point: spine.at(0), weight: share }];
  const panels = Math.ceil(spine.speed / (PANEL * sigma));
  const { nodes, weights } = gaussLegendre(ORDER);
  return Array.from({ length: panels * ORDER }, (_, at) => {
    const panel = Math.floor(at / ORDER);
    const t = (panel + (nodes[at % ORDER] + 1) / 2) / panels;
    return { point: spine.at(t), weight: (share * weights[at % ORDER]) / (2 * panels) };
  });
}

/**
 * With a margin of m standard deviations to the nearest edge, the noise crosses one of four edges with
 * a probability of at most 4 Φ(−m) ≤ 2 exp(−m² / 2).
 */
function massOutside(nodes: readonly Node[], window: PlaneWindow, sigma: number): number {
  const { left, bottom, side } = window;
  const margins = nodes.map(({ point: [x, y] }) =>
    Math.min(x - left, left + side - x, y - bottom, bottom + side - y),
  );
  return 2 * Math.exp(-0.5 * (Math.min(...margins) / sigma) ** 2);
}
