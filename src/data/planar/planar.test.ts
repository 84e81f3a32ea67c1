import { describe, expect, test } from "vitest";
import { ConfigError } from "../../core/errors.js";
import { type ImageSet, readImages } from "../image-set.js";
import { loadDataset } from "../load-dataset.js";
import { grid, moons, planarDensities, ring, swissRoll } from "./densities.js";
import type { PlanarDensity } from "./density.js";
import { gaussLegendre } from "./gauss-legendre.js";
import { type Point, pixelsToPlane, planeToPixels } from "./window.js";

const COUNT = 20_000;

const drawn = (density: PlanarDensity, split = "train"): Promise<ImageSet> =>
  loadDataset(density.name, { split });

async function points(density: PlanarDensity, count = COUNT): Promise<Point[]> {
  const set = await drawn(density);
  const { pixelsUnit } = await readImages(
    set,
    Array.from({ length: count }, (_, i) => i),
  );
  return Array.from({ length: count }, (_, i) =>
    pixelsToPlane(density.window, [pixelsUnit[2 * i], pixelsUnit[2 * i + 1]]),
  );
}

/** Sum over the midpoints of n × n squares: spectrally accurate, since densities vanish at the edges. */
function integral({ window }: PlanarDensity, n: number, value: (point: Point) => number): number {
  const step = window.side / n;
  let sum = 0;
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++)
      sum += value([window.left + (i + 0.5) * step, window.bottom + (j + 0.5) * step]);
  return sum * step ** 2;
}

/** Squares finer than the noise. */
const fine = ({ window, sigma }: PlanarDensity) => Math.ceil((1.6 * window.side) / sigma);

describe.each(planarDensities.map((density) => [density.name, density] as const))(
  "%s",
  (_, density) => {
    test("has a density that integrates to 1 over its window", () => {
      const mass = integral(density, fine(density), (point) => Math.exp(density.logDensity(point)));
      expect(mass).toBeCloseTo(1, 9);
      expect(density.massOutside).toBeLessThan(1e-10);
    });

    test("has the mean of all spines with the noise as its density, summed by brute force", () => {
      const { spines, sigma } = density;
      const nodes = 20_000;
      for (const at of [0.1, 0.5, 0.93]) {
        const [x, y] = spines[0].at(at);
        const point: Point = [x + 1.3 * sigma, y - 0.7 * sigma];
        let sum = 0;
        for (const spine of spines)
          for (let i = 0; i < nodes; i++) {
            const [cx, cy] = spine.at((i + 0.5) / nodes);
            const squared = (point[0] - cx) ** 2 + (point[1] - cy) ** 2;
            sum += Math.exp(-squared / (2 * sigma ** 2)) / (2 * Math.PI * sigma ** 2);
          }
        const direct = Math.log(sum / (nodes * spines.length));
        expect(density.logDensity(point)).toBeCloseTo(direct, 6);
      }
      expect(density.logDensity([100, 100])).toBeLessThan(-1000);
      expect(density.logDensity([100, 100])).toBeGreaterThan(Number.NEGATIVE_INFINITY);
    });

    test("is what its points are drawn from: mean, variance and mean of ln p within 4.5 standard errors", async () => {
      const sample = await points(density);
      const functions: ((point: Point) => number)[] = [
        ([x]) => x,
        ([, y]) => y,
        ([x]) => x * x,
        ([, y]) => y * y,
        ([x, y]) => x * y,
        (point) => density.logDensity(point),
      ];
      for (const value of functions) {
        const expected = integral(density, fine(density), (point) => {
          const weight = Math.exp(density.logDensity(point));
          return weight === 0 ? 0 : weight * value(point);
        });
        const found = sample.map(value);
        const mean = found.reduce((sum, each) => sum + each, 0) / COUNT;
        const variance = found.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (COUNT - 1);
        expect(Math.abs(mean - expected)).toBeLessThan(4.5 * Math.sqrt(variance / COUNT));
      }
    });

    test("gives a point that depends on nothing but seed, split and index", async () => {
      const [train, test, other, longer] = await Promise.all([
        drawn(density),
        drawn(density, "test"),
        loadDataset(`${density.name}:seed=1`),
        loadDataset(`${density.name}:count=200000`),
      ]);
      const { pixelsUnit } = await readImages(train, [7, 99_999, 0]);
      const back = await readImages(train, [0, 99_999, 7]);
      expect([...back.pixelsUnit.subarray(4)]).toEqual([...pixelsUnit.subarray(0, 2)]);
      expect((await readImages(longer, [7, 99_999, 0])).pixelsUnit).toEqual(pixelsUnit);
      expect((await readImages(test, [7])).pixelsUnit).not.toEqual(pixelsUnit.slice(0, 2));
      expect((await readImages(other, [7])).pixelsUnit).not.toEqual(pixelsUnit.slice(0, 2));
      expect(pixelsUnit.every((value) => value > 0 && value < 1)).toBe(true);
      expect(train).toMatchObject({ channels: 1, height: 1, width: 2, count: 100_000 });
      expect(train.levels).toBeUndefined();
    });
  },
);

describe("mixtures", () => {
  test("are those of PacGAN", () => {
    expect(ring.modes?.sigma).toBe(0.01);
    expect(grid.modes?.sigma).toBe(0.05);
    expect(ring.modes?.centres).toHaveLength(8);
    for (const [x, y] of ring.modes!.centres) expect(Math.hypot(x, y)).toBeCloseTo(1, 12);
    const centres = new Set(grid.modes!.centres.map(([x, y]) => `${x} ${y}`));
    for (const x of [-4, -2, 0, 2, 4])
      for (const y of [-4, -2, 0, 2, 4]) expect(centres).toContain(`${x} ${y}`);
    expect(moons.modes ?? swissRoll.modes).toBeUndefined();
  });

  test.each([ring, grid])(
    "$name: classes are the modes, each as likely (chi-square)",
    async (density) => {
      const { values, names } = (await drawn(density)).annotations!.class!;
      const counts = names.map((_, mode) => values.filter((value) => value === mode).length);
      const expected = values.length / names.length;
      const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
      const freedom = names.length - 1;
      expect(chiSquare).toBeLessThan(freedom + 4 * Math.sqrt(2 * freedom));
      expect(chiSquare).toBeGreaterThan(freedom - 3 * Math.sqrt(2 * freedom));
    },
  );

  test.each([ring, grid])(
    "$name: squared distances from the mode over σ² are χ² with 2 degrees (Kolmogorov–Smirnov)",
    async (density) => {
      const { values } = (await drawn(density)).annotations!.class!;
      const { centres, sigma } = density.modes!;
      const cumulated = (await points(density)).map(([x, y], i) => {
        const [cx, cy] = centres[values[i]];
        return 1 - Math.exp(-((x - cx) ** 2 + (y - cy) ** 2) / (2 * sigma ** 2));
      });
      cumulated.sort((a, b) => a - b);
      const distance = Math.max(
        ...cumulated.map((value, i) => Math.max(value - i / COUNT, (i + 1) / COUNT - value)),
      );
      // Exceeded by one sample in 10,000.
      expect(distance).toBeLessThan(2.23 / Math.sqrt(COUNT));
    },
  );
});

describe("the map to pixels", () => {
  test("is affine, and back", () => {
    const window = { left: -2, bottom: 1, side: 4 };
    expect(planeToPixels(window, [-2, 1])).toEqual([0, 0]);
    expect(planeToPixels(window, [0, 4])).toEqual([0.5, 0.75]);
    expect(pixelsToPlane(window, [0.5, 0.75])).toEqual([0, 4]);
  });
});

describe("gaussLegendre", () => {
  test("is exact for polynomials up to degree 2n − 1 and no further", () => {
    for (const order of [1, 2, 5, 10]) {
      const { nodes, weights } = gaussLegendre(order);
      const power = (degree: number) =>
        nodes.reduce((sum, node, i) => sum + weights[i] * node ** degree, 0);
      for (let degree = 0; degree < 2 * order; degree++)
        expect(power(degree)).toBeCloseTo(degree % 2 === 0 ? 2 / (degree + 1) : 0, 12);
      expect(Math.abs(power(2 * order) - 2 / (2 * order + 1))).toBeGreaterThan(1e-7);
    }
  });
});

describe("options of a drawn set", () => {
  test("are refused when unknown or out of range", async () => {
    await expect(loadDataset("ring:sed=3")).rejects.toThrow(ConfigError);
    await expect(loadDataset("ring:sed=3")).rejects.toThrow('did you mean "seed"?');
    await expect(loadDataset("ring:seed=-1")).rejects.toThrow("integer ≥ 0");
    await expect(loadDataset("ring:count=0")).rejects.toThrow("integer ≥ 1");
    await expect(loadDataset("ring:3")).rejects.toThrow("key=value");
    await expect(loadDataset("rign:seed=3")).rejects.toThrow('did you mean "ring"?');
    await expect(loadDataset("digits:seed=3")).rejects.toThrow("takes no options");
    await expect(loadDataset("ring", { split: "validation" })).rejects.toThrow("train and test");
  });

  test("that differ from the defaults are in the name that loads the set again", async () => {
    expect((await loadDataset("ring:count=50:seed=2")).source).toBe("ring:seed=2:count=50");
    expect((await loadDataset("ring:seed=0:count=100000")).source).toBe("ring");
  });
});
