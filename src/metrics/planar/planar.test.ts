import { describe, expect, test } from "vitest";
import { ConfigError, DataError } from "../../core/errors.js";
import { stream } from "../../runtime/random.js";
import type { LogDensity } from "./density.js";
import { densityDivergence } from "./divergence.js";
import { SampleHistogram } from "./histogram.js";
import { PlanarModes } from "./modes.js";

const gaussian =
  (meanX: number, meanY: number, sigma: number): LogDensity =>
  (x, y) =>
    -((x - meanX) ** 2 + (y - meanY) ** 2) / (2 * sigma ** 2) - Math.log(2 * Math.PI * sigma ** 2);

const mixture = (...parts: readonly LogDensity[]): LogDensity => {
  const weight = Math.log(parts.length);
  return (x, y) => {
    const logs = parts.map((part) => part(x, y));
    const most = Math.max(...logs);
    return most + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - most), 0)) - weight;
  };
};

const box = { left: -8, right: 8, bottom: -8, top: 8 };

function normalPoints(name: string, count: number, { sigma = 1, x = 0, y = 0 } = {}): Float64Array {
  const points = new Float64Array(2 * count);
  stream(1, name).normal(points);
  return points.map((value, at) => sigma * value + (at % 2 === 0 ? x : y));
}

describe("divergence of densities", () => {
  test("of Gaussians is that of the closed form", () => {
    const [s, t] = [1, 1.5];
    const { klNats, reverseKlNats } = densityDivergence(
      gaussian(0, 0, s),
      gaussian(1, -0.5, t),
      box,
    );
    const kl = (a: number, b: number) => 2 * Math.log(b / a) + (2 * a * a + 1.25) / (2 * b * b) - 1;
    expect(klNats).toBeCloseTo(kl(s, t), 5);
    expect(reverseKlNats).toBeCloseTo(kl(t, s), 4);
  });

  test("between far modes is bounded for JSD and not lost to underflow for KL", () => {
    const near = gaussian(-3, 0, 0.1);
    const far = gaussian(3, 0, 0.1);
    const { klNats, jsdNats } = densityDivergence(near, far, box);
    expect(jsdNats).toBeCloseTo(Math.LN2, 9);
    expect(klNats).toBeCloseTo(36 / (2 * 0.01), 3);
  });

  test("of a model that lacks one of two modes is log 2 in reverse, and JSD says ¾ log 4/3", () => {
    const [left, right] = [gaussian(-3, 0, 0.2), gaussian(3, 0, 0.2)];
    const { reverseKlNats, jsdNats } = densityDivergence(mixture(left, right), left, box);
    expect(reverseKlNats).toBeCloseTo(Math.LN2, 6);
    // ½ KL(½, ½ ‖ ¾, ¼) + ½ KL(1, 0 ‖ ¾, ¼)
    const half = (Math.log(2 / 3) + Math.log(2)) / 2;
    expect(jsdNats).toBeCloseTo((half + Math.log(4 / 3)) / 2, 6);
  });

  test("is 0 of a density with itself, infinite where the model rules out the data", () => {
    const p = gaussian(1, 0, 1);
    expect(densityDivergence(p, p, box)).toEqual({ klNats: 0, reverseKlNats: 0, jsdNats: 0 });
    const square: LogDensity = (x, y) =>
      Math.max(Math.abs(x), Math.abs(y)) < 1.6 ? -2 * Math.log(3.2) : Number.NEGATIVE_INFINITY;
    const { klNats, reverseKlNats } = densityDivergence(p, square, box);
    expect(klNats).toBe(Number.POSITIVE_INFINITY);
    // E ½((x − 1)² + y²) + log 2π − 2 log 3.2 over the square.
    const expected = (2 * (1.6 ** 2 / 3) + 1) / 2 + Math.log(2 * Math.PI) - 2 * Math.log(3.2);
    expect(reverseKlNats).toBeCloseTo(expected, 3);
  });

  test("refuses densities that the box or the grid does not hold", () => {
    const p = gaussian(0, 0, 1);
    expect(() => densityDivergence(p, gaussian(8, 0, 1), box)).toThrow(/model's density/);
    expect(() => densityDivergence(gaussian(0, 0, 0.001), p, box, 50)).toThrow(DataError);
    expect(() => densityDivergence(p, p, { ...box, left: 8 })).toThrow(ConfigError);
    expect(() => densityDivergence(p, p, box, 0)).toThrow(ConfigError);
  });
});

describe("divergence of samples", () => {
  const make = () => new SampleHistogram(gaussian(0, 0, 1), box, { cells: 20 });
  const of = (points: Float64Array) => {
    const histogram = make();
    histogram.add(points);
    return histogram.result();
  };

  test("of points of the data comes down to its floor", () => {
    const few = of(normalPoints("few", 500));
    const many = of(normalPoints("many", 50_000));
    // (filled cells − 1) / (2 count), with some 110 cells of 0.8 × 0.8 filled.
    expect(many.reverseKlNats).toBeGreaterThan(70 / (2 * 50_000));
    expect(many.reverseKlNats).toBeLessThan(150 / (2 * 50_000));
    expect(few.reverseKlNats).toBeGreaterThan(5 * many.reverseKlNats);
    expect(many.jsdNats).toBeLessThan(many.reverseKlNats);
  });

  test("approaches the divergence of the densities", () => {
    const points = normalPoints("shifted", 100_000, { x: 1 });
    const histogram = new SampleHistogram(gaussian(0, 0, 1), box, { cells: 40 });
    histogram.add(points);
    const exact = densityDivergence(gaussian(0, 0, 1), gaussian(1, 0, 1), box);
    expect(exact.reverseKlNats).toBeCloseTo(0.5, 6);
    expect(Math.abs(histogram.result().reverseKlNats - 0.5)).toBeLessThan(0.02);
    expect(Math.abs(histogram.result().jsdNats - exact.jsdNats)).toBeLessThan(0.01);
  });

  test("counts what is outside as one cell", () => {
    const { outside, reverseKlNats } = of(Float64Array.of(100, 0, 0, -100, 8, 0, 0, 0));
    expect(outside).toBe(0.75);
    expect(reverseKlNats).toBeGreaterThan(10);
  });

  test("knows how much of the data is outside", () => {
    const inner = { left: -1, right: 1, bottom: -1, top: 1 };
    const histogram = new SampleHistogram(gaussian(0, 0, 1), inner, { cells: 4 });
    histogram.add([3, 3, -2, 0]);
    // P(|x| < 1) = 0.682689… of a standard normal x.
    const expected = -Math.log(1 - 0.6826894921370859 ** 2);
    expect(histogram.result().reverseKlNats).toBeCloseTo(expected, 3);
  });

  test("far from narrow modes is large but finite, inside the box and outside it", () => {
    const SIGMA = 0.01;
    const angles = Array.from({ length: 8 }, (_, k) => (k * Math.PI) / 4);
    const ring = mixture(
      ...angles.map((angle) => gaussian(Math.cos(angle), Math.sin(angle), SIGMA)),
    );
    const window = { left: -1.25, right: 1.25, bottom: -1.25, top: 1.25 };
    const massOutside = 1e-130;
    const near = Array.from({ length: 2499 }, (_, at) => [
      Math.cos(angles[at % 8]),
      Math.sin(angles[at % 8]),
    ]).flat();
    const divergenceWith = (x: number, y: number) => {
      const histogram = new SampleHistogram(ring, window, { massOutside });
      histogram.add([...near, x, y]);
      return histogram.result().reverseKlNats;
    };
    const share = 1 / 2500;
    // The cell of (0, 0) reaches to (0.05, 0.05): by Laplace, its share is nearly all in that corner.
    const [distance, angle] = [1 - 0.05 * Math.SQRT2, Math.SQRT1_2];
    const slope = (distance * angle) / SIGMA ** 2;
    const logCorner = ring(0.05, 0.05) - 2 * Math.log(slope);
    const excess = divergenceWith(0, 0) - divergenceWith(1, 0);
    expect(excess).toBeGreaterThan(1);
    expect(excess).toBeCloseTo(share * (Math.log(share) - logCorner), 1);
    const outside = divergenceWith(3, 3) - divergenceWith(1, 0);
    expect(outside).toBeCloseTo(share * (Math.log(share) - Math.log(massOutside)), 2);
  });

  test("refuses half points, coordinates that are not finite, and nothing", () => {
    expect(() => make().add([1])).toThrow(DataError);
    expect(() => make().add([1, Number.NaN])).toThrow("coordinate 1 of point 0 is NaN");
    expect(() => make().result()).toThrow(DataError);
    expect(() => new SampleHistogram(() => 0, box)).toThrow(ConfigError);
    const massOutside = 2;
    expect(() => new SampleHistogram(gaussian(0, 0, 1), box, { massOutside })).toThrow(/\[0, 1\]/);
  });
});

describe("modes in the plane", () => {
  const grid = Array.from({ length: 25 }, (_, at) => [
    2 * (at % 5) - 4,
    2 * Math.floor(at / 5) - 4,
  ]);
  const SIGMA = 0.05;
  const modes = () => new PlanarModes(grid.flat(), SIGMA);
  const samples = (chosen: readonly (readonly number[])[], count: number, sigma = SIGMA) =>
    chosen.map(([x, y], at) => normalPoints(`mode ${at}`, count, { sigma, x, y }));

  test("of the data are all found, and 98.89 % are within 3σ", () => {
    const gathered = modes();
    for (const points of samples(grid, 1000)) gathered.add(points);
    const { found, highQuality, reverseKlNats, count } = gathered.result();
    expect(count).toBe(25_000);
    expect(found).toBe(25);
    // 1 − exp(−9/2), with three standard errors.
    expect(Math.abs(highQuality - (1 - Math.exp(-4.5)))).toBeLessThan(0.002);
    expect(reverseKlNats).toBe(0);
  });

  test("that are dropped cost log(25 / found), and wide ones their quality", () => {
    const gathered = modes();
    for (const points of samples(grid.slice(0, 10), 100)) gathered.add(points);
    expect(gathered.result().found).toBe(10);
    expect(gathered.result().reverseKlNats).toBeCloseTo(Math.log(2.5), 12);
    const wide = modes();
    for (const points of samples(grid, 100, 4 * SIGMA)) wide.add(points);
    expect(wide.result().highQuality).toBeLessThan(0.3);
  });

  test("with points nearby but beyond 3σ are not found", () => {
    const gathered = modes();
    gathered.add([-4 + 3.01 * SIGMA, -4, 4, 4 - 2.99 * SIGMA]);
    const { found, perMode, highQuality } = gathered.result();
    expect([found, perMode[0], perMode[24], highQuality]).toEqual([1, 1, 1, 0.5]);
  });

  test("refuse centres and shares that do not fit", () => {
    expect(() => new PlanarModes([1], 1)).toThrow(ConfigError);
    expect(() => new PlanarModes([1, 1], 0)).toThrow(ConfigError);
    expect(() => new PlanarModes([1, 1], 1, [1, 2])).toThrow(ConfigError);
    expect(() => modes().result()).toThrow(DataError);
  });
});
