import { readFile } from "node:fs/promises";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { numberedClasses } from "../../src/core/annotations.js";
import { complete } from "../../src/core/capabilities/complete.js";
import { sample } from "../../src/core/capabilities/sample.js";
import { score } from "../../src/core/capabilities/score.js";
import { ConfigError, DataError } from "../../src/core/errors.js";
import { arraySet, type ImageSet, readImages } from "../../src/data/image-set.js";
import { loadDataset } from "../../src/data/load-dataset.js";
import { gmm } from "../../src/models/mixture/gmm/index.js";
import { freeParameters, layOut } from "../../src/models/mixture/layout.js";
import { openDevice } from "../../src/runtime/device.js";
import type { Device } from "../../src/runtime/program.js";
import {
  blobs,
  type Component,
  conditionalOf,
  densityOf,
  fitted,
  gaussianDensity,
  mixtureOf,
  rowsSet,
} from "./mixture-helpers.js";

let device: Device;
beforeAll(async () => {
  device = await openDevice({ device: "cpu", host: "inline" });
});
afterAll(() => device.close());

interface Fixture {
  readonly reg: number;
  readonly components: number;
  readonly images: number;
  readonly side: number;
  readonly offset: number;
  readonly start: readonly number[];
  readonly cases: readonly {
    readonly covariance: "full" | "tied" | "diagonal" | "spherical";
    readonly losses: readonly number[];
    readonly scores: readonly number[];
    readonly weights: readonly number[];
    readonly means: readonly (readonly number[])[];
    readonly parameters: number;
    readonly aic: number;
    readonly bic: number;
  }[];
}

const fixture = JSON.parse(
  await readFile(new URL("../../reference/gmm.json", import.meta.url), "utf8"),
) as Fixture;

/** The same square of the first digits as in the fixture. */
async function cutDigits(): Promise<ImageSet> {
  const { images, side, offset } = fixture;
  const digits = await loadDataset("digits");
  const indices = Array.from({ length: images }, (_, image) => image);
  const { pixelsUnit } = await readImages(digits, indices);
  const pixels = Float32Array.from({ length: images * side * side }, (_, at) => {
    const [image, y, x] = [Math.floor(at / side ** 2), Math.floor(at / side) % side, at % side];
    return pixelsUnit[image * 64 + (y + offset) * 8 + x + offset];
  });
  const info = { name: "cut", source: "cut", split: "train", channels: 1, levels: 17 };
  return arraySet({ ...info, height: side, width: side }, pixels);
}

describe("scikit-learn 1.2.1 (reference/gmm.json)", () => {
  test.each(fixture.cases)(
    "$covariance covariances: the same likelihood after each of 20 passes",
    async (expected) => {
      const { loaded, passes } = await fitted({
        model: gmm,
        device,
        images: await cutDigits(),
        epochs: 20,
        batchSize: 150,
        config: {
          components: fixture.components,
          covariance: expected.covariance,
          init: "given",
          means: fixture.start,
          reg: fixture.reg,
          tolerance: 0,
        },
      });
      expect(passes).toHaveLength(20);
      passes.forEach(({ loss }, pass) => {
        requireClose(loss, expected.losses[pass], 1e-10);
      });
      const ten = rowsSetOf(await cutDigits(), 10);
      const { perImage } = await score(loaded, ten);
      perImage.forEach((nats, image) => {
        requireClose(nats, expected.scores[image], 1e-8);
      });
      const whole = await score(loaded, await cutDigits());
      const { parameters } = expected;
      requireClose(2 * whole.value * 400 + 2 * parameters, expected.aic, 1e-9);
      requireClose(2 * whole.value * 400 + parameters * Math.log(400), expected.bic, 1e-9);
      expect(whole.protocol.freeParameters).toBe(parameters);
      const values = await loaded.values();
      const logWeights = values.get("parameters.mixture.logWeights")!;
      expected.weights.forEach((weight, at) => {
        requireClose(Math.exp(Number(logWeights[at])), weight, 1e-8);
      });
      const means = values.get("parameters.mixture.means")!;
      expected.means.flat().forEach((mean, at) => {
        expect(Math.abs(Number(means[at]) - mean)).toBeLessThan(1e-8);
      });
      await loaded.release();
    },
  );
});

function requireClose(found: number, expected: number, relative: number): void {
  expect(Math.abs(found - expected)).toBeLessThanOrEqual(
    relative * Math.max(1, Math.abs(expected)),
  );
}

function rowsSetOf(images: ImageSet, count: number): ImageSet {
  return { ...images, count };
}

const PLANE: readonly Component[] = [
  {
    weight: 0.3,
    mean: [0.3, 0.7],
    covariance: [
      [0.02, 0.012],
      [0.012, 0.03],
    ],
  },
  {
    weight: 0.7,
    mean: [0.6, 0.4],
    covariance: [
      [0.05, -0.02],
      [-0.02, 0.015],
    ],
  },
];

const SPACE: readonly Component[] = [
  {
    weight: 0.45,
    mean: [0.3, 0.6, 0.5, 0.4],
    covariance: [
      [0.005, 0.003, 0.001, 0],
      [0.003, 0.006, 0.002, 0.001],
      [0.001, 0.002, 0.004, -0.002],
      [0, 0.001, -0.002, 0.005],
    ],
  },
  {
    weight: 0.55,
    mean: [0.5, 0.45, 0.6, 0.55],
    covariance: [
      [0.004, -0.002, 0.001, 0.001],
      [-0.002, 0.007, 0, 0.002],
      [0.001, 0, 0.003, 0.001],
      [0.001, 0.002, 0.001, 0.006],
    ],
  },
];

describe("density", () => {
  test("agrees with the textbook formula, and integrates to 1 over the plane", async () => {
    const model = await mixtureOf(gmm, PLANE, device, { config: { components: 2 } });
    const [low, high, steps] = [-1.5, 2.5, 400];
    const width = (high - low) / steps;
    const centre = (at: number) => Math.fround(low + (at + 0.5) * width);
    const rows = Array.from({ length: steps * steps }, (_, at) => [
      centre(at % steps),
      centre(Math.floor(at / steps)),
    ]);
    const { perImage } = await score(model, rowsSet(rows));
    for (let at = 0; at < rows.length; at += 997) {
      requireClose(perImage[at], -Math.log(densityOf(PLANE, rows[at])), 1e-9);
    }
    const integral = perImage.reduce((sum, nats) => sum + Math.exp(-nats), 0) * width ** 2;
    expect(integral).toBeCloseTo(1, 5);
    await model.release();
  });

  test("integrates over missing pixels", async () => {
    const model = await mixtureOf(gmm, PLANE, device, { config: { components: 2 } });
    const given = 0.55;
    const { perImage } = await score(
      model,
      rowsSet([
        [given, Number.NaN],
        [Number.NaN, given],
        [Number.NaN, Number.NaN],
        [given, given],
      ]),
    );
    const [low, high, steps] = [-2, 3, 5000];
    const width = (high - low) / steps;
    const along = Array.from({ length: steps }, (_, at) => low + (at + 0.5) * width);
    const x = Math.fround(given);
    const integrals = [
      along.reduce((sum, y) => sum + densityOf(PLANE, [x, y]), 0) * width,
      along.reduce((sum, y) => sum + densityOf(PLANE, [y, x]), 0) * width,
      1,
      densityOf(PLANE, [x, x]),
    ];
    integrals.forEach((value, image) => {
      expect(Math.exp(-perImage[image])).toBeCloseTo(value, 8);
    });
    await model.release();
  });

  test("of dequantised pixels bounds their probability, tightly for small cells", async () => {
    const images = await cutDigits();
    const config = { components: 2, reg: 0, dequantise: true, covariance: "diagonal" };
    const { loaded, warnings } = await fitted({ model: gmm, images, device, config });
    const { kind, perImage } = await score(loaded, rowsSetOf(images, 20));
    expect(kind).toBe("bound");
    expect(warnings).toEqual([]);
    const values = await loaded.values();
    const [means, scales] = ["means", "inverseStd"].map(
      (name) => values.get(`parameters.mixture.${name}`) as Float64Array,
    );
    const weights = (values.get("parameters.mixture.logWeights") as Float64Array).map(Math.exp);
    const { pixelsUnit } = await readImages(
      images,
      Array.from({ length: 20 }, (_, at) => at),
    );
    perImage.forEach((bound, image) => {
      const x = pixelsUnit.subarray(image * 25, (image + 1) * 25);
      const exact = weights.reduce((sum, weight, component) => {
        const cells = x.reduce((product, value, pixel) => {
          const at = component * 25 + pixel;
          const z = (side: number) => (value + side / 32 - means[at]) * scales[at];
          return product * normalBetween(z(-1), z(1));
        }, 1);
        return sum + weight * cells;
      }, 0);
      expect(bound).toBeGreaterThanOrEqual(-Math.log(exact) - 1e-9);
      expect(bound).toBeLessThan(-Math.log(exact) + 15);
    });
    await loaded.release();
  });
});

/** Integral of the standard normal density, by Simpson's rule. */
function normalBetween(low: number, high: number): number {
  const steps = 200;
  const width = (high - low) / steps;
  let sum = 0;
  for (let at = 0; at <= steps; at++) {
    const weight = at === 0 || at === steps ? 1 : at % 2 === 1 ? 4 : 2;
    sum += weight * Math.exp(-((low + at * width) ** 2) / 2);
  }
  return (sum * width) / (3 * Math.sqrt(2 * Math.PI));
}

describe("expectation–maximisation", () => {
  const cases = fc.record({
    seed: fc.integer({ min: 0, max: 1e6 }),
    components: fc.integer({ min: 1, max: 3 }),
    covariance: fc.constantFrom("full", "tied", "diagonal", "spherical"),
    missing: fc.boolean(),
    weighted: fc.boolean(),
  });

  test("never lowers the likelihood, also with missing pixels and weights", async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ seed, components, covariance, missing, weighted }) => {
        const rows = blobs(seed, 90, 3, 3);
        if (missing) {
          rows.forEach((row, at) => {
            if (at % 3 === 1) row[at % 2] = Number.NaN;
            if (at % 7 === 3) row[2] = Number.NaN;
          });
        }
        const weights = Float32Array.from(rows, (_, at) => (at % 4) + 0.5);
        const images = rowsSet(rows, weighted ? { weights } : {});
        const config = { components, covariance, reg: 0, init: "random", tolerance: 1e-9 };
        const { loaded, passes, warnings } = await fitted({
          model: gmm,
          images,
          device,
          config,
          epochs: 15,
          batchSize: 40,
        });
        await loaded.release();
        passes.slice(1).forEach(({ loss }, pass) => {
          expect(loss).toBeLessThanOrEqual(passes[pass].loss + 1e-9);
        });
        expect(warnings).toEqual([]);
      }),
      { numRuns: 16, seed: 5 },
    );
  }, 120_000);

  test("counts an image of weight two twice, and one of weight zero not at all", async () => {
    const rows = blobs(3, 40, 3, 2);
    const config = { components: 2, init: "given", means: [0.1, 0.2, 0.3, 0.8, 0.7, 0.6] };
    const weights = Float32Array.from(rows, (_, at) => at % 3);
    const copies = rows.flatMap((row, at) => Array.from({ length: at % 3 }, () => row));
    const request = { model: gmm, device, config, epochs: 5 };
    const weighted = await fitted({ ...request, images: rowsSet(rows, { weights }) });
    const repeated = await fitted({ ...request, images: rowsSet(copies) });
    weighted.passes.forEach(({ loss }, pass) => {
      requireClose(loss, repeated.passes[pass].loss, 1e-10);
    });
    await weighted.loaded.release();
    await repeated.loaded.release();
  });

  test("fits images with randomly missing pixels almost like complete ones", async () => {
    const whole = blobs(8, 900, 4, 2);
    const holed = whole.map((row, at) =>
      row.map((value, column) => ((at * 7 + column * 3) % 5 === 0 ? Number.NaN : value)),
    );
    const config = { components: 2, reg: 1e-6 };
    const request = { model: gmm, device, config };
    const full = await fitted({ ...request, images: rowsSet(whole) });
    const part = await fitted({ ...request, images: rowsSet(holed) });
    const [best, found] = [
      await score(full.loaded, rowsSet(whole)),
      await score(part.loaded, rowsSet(whole)),
    ];
    expect(found.value).toBeGreaterThanOrEqual(best.value - 1e-3);
    expect(found.value).toBeLessThan(best.value + 0.03);
    await full.loaded.release();
    await part.loaded.release();
  });

  test("keeps the best of several starts", async () => {
    const images = rowsSet(blobs(11, 150, 2, 6));
    const config = { components: 6, init: "random", reg: 1e-5 };
    const one = await fitted({ model: gmm, images, device, config });
    const many = await fitted({ model: gmm, images, device, config: { ...config, restarts: 6 } });
    const [first, best] = [await score(one.loaded, images), await score(many.loaded, images)];
    expect(best.value).toBeLessThanOrEqual(first.value + 1e-9);
    await one.loaded.release();
    await many.loaded.release();
  });
});

describe("completion", () => {
  const x = [0.42, Number.NaN, 0.58, Number.NaN];
  const known = Uint8Array.of(1, 0, 1, 0);
  const parts = SPACE.map((part) => ({
    share: (part.weight * gaussianDensity(part, x)) / densityOf(SPACE, x),
    ...conditionalOf(part, x),
  }));
  const mean = [0, 1].map((at) => parts.reduce((sum, part) => sum + part.share * part.mean[at], 0));

  test("gives the exact conditional mean without drawing", async () => {
    const model = await mixtureOf(gmm, SPACE, device, { config: { components: 2 } });
    const { pixelsUnit } = await complete(model, rowsSet([x]), { known, draw: false });
    expect(pixelsUnit[0]).toBe(Math.fround(0.42));
    expect(pixelsUnit[2]).toBe(Math.fround(0.58));
    expect(pixelsUnit[1]).toBeCloseTo(mean[0], 6);
    expect(pixelsUnit[3]).toBeCloseTo(mean[1], 6);
    await model.release();
  });

  test("draws with the conditional moments", async () => {
    const model = await mixtureOf(gmm, SPACE, device, { config: { components: 2 } });
    const repeats = 40_000;
    const { pixelsUnit } = await complete(model, rowsSet([x]), { known, repeats, seed: 2 });
    const column = (at: number) =>
      Float64Array.from({ length: repeats }, (_, image) => pixelsUnit[image * 4 + at]);
    const [first, second] = [column(1), column(3)];
    const average = (values: Float64Array) => values.reduce((a, b) => a + b, 0) / repeats;
    expect(Math.abs(average(first) - mean[0])).toBeLessThan(2e-3);
    expect(Math.abs(average(second) - mean[1])).toBeLessThan(2e-3);
    const product = average(first.map((value, at) => (value - mean[0]) * (second[at] - mean[1])));
    const expected = parts.reduce(
      (sum, { share, mean: m, covariance }) => sum + share * (covariance[0][1] + m[0] * m[1]),
      -mean[0] * mean[1],
    );
    expect(Math.abs(product - expected)).toBeLessThan(2e-4);
    await model.release();
  });
});

describe("samples", () => {
  test("have the mixture's moments", async () => {
    const model = await mixtureOf(gmm, SPACE, device, { config: { components: 2 } });
    const count = 40_000;
    const { pixelsUnit } = await sample(model, { count, seed: 9 });
    const average = (of: (row: Float32Array) => number) => {
      let sum = 0;
      for (let at = 0; at < count; at++) sum += of(pixelsUnit.subarray(at * 4, at * 4 + 4));
      return sum / count;
    };
    for (const i of [0, 1, 2, 3]) {
      const mean = SPACE.reduce((sum, part) => sum + part.weight * part.mean[i], 0);
      expect(Math.abs(average((row) => row[i]) - mean)).toBeLessThan(2e-3);
      for (const j of [0, 1, 2, 3]) {
        const moment = SPACE.reduce(
          (sum, part) => sum + part.weight * (part.covariance[i][j] + part.mean[i] * part.mean[j]),
          0,
        );
        expect(Math.abs(average((row) => row[i] * row[j]) - moment)).toBeLessThan(2e-3);
      }
    }
    await model.release();
  });

  test("equal the likeliest component's mean at temperature 0", async () => {
    const model = await mixtureOf(gmm, SPACE, device, { config: { components: 2 } });
    const { pixelsUnit } = await sample(model, { count: 2, temperature: 0 });
    expect([...pixelsUnit]).toEqual([...SPACE[1].mean, ...SPACE[1].mean].map(Math.fround));
    await model.release();
  });
});

describe("free parameters", () => {
  const data = {
    channels: 1,
    height: 2,
    width: 2,
    binary: false,
    levels: null,
    annotations: numberedClasses(3),
  };
  test.each([
    ["full", false, 2 * 10 + 2 * 4 + 1],
    ["tied", false, 10 + 2 * 4 + 1],
    ["diagonal", false, 2 * 4 + 2 * 4 + 1],
    ["spherical", false, 2 + 2 * 4 + 1],
    ["full", true, 6 * 10 + 6 * 4 + 5],
  ] as const)("%s, conditional %s: %i", (covariance, conditional, count) => {
    expect(freeParameters(layOut("gmm", covariance, 2, conditional, data))).toBe(count);
  });
});

describe("data that cannot be fitted is refused with the reason", () => {
  const attemptOn = (rows: number[][], config: Record<string, unknown> = {}, extra = {}) =>
    fitted({ model: gmm, device, images: rowsSet(rows, extra), config });

  test.each([
    [
      "more components than images",
      [
        [0, 1],
        [1, 0],
      ],
      { components: 3 },
      /3 components need.*there are 2/,
    ],
    [
      "more components than distinct images",
      [
        [0, 1],
        [0, 1],
        [1, 0],
        [1, 0],
      ],
      { components: 3 },
      /only 2 of the images differ.*at most 2/,
    ],
    [
      "equal images without regularisation",
      [
        [0.5, 0.2],
        [0.5, 0.2],
        [0.5, 0.2],
      ],
      { components: 1, reg: 0 },
      /covariance is singular: value 0.*reg > 0/,
    ],
    [
      "a pixel that is determined by another",
      [
        [0.1, 0.2, 0.3],
        [0.2, 0.4, 0.1],
        [0.3, 0.6, 0.7],
        [0.4, 0.8, 0.2],
      ],
      { components: 1, reg: 0 },
      /singular: value 1 /,
    ],
    [
      "a pixel that is missing in every image",
      [
        [0.1, Number.NaN],
        [0.2, Number.NaN],
      ],
      { components: 1 },
      /value 1 of an image .*missing in every image/,
    ],
  ] as const)("%s", async (_, rows, config, message) => {
    const attempt = attemptOn(
      rows.map((row) => [...row]),
      config,
    );
    await expect(attempt).rejects.toThrow(DataError);
    await expect(
      attemptOn(
        rows.map((row) => [...row]),
        config,
      ),
    ).rejects.toThrow(message);
  });

  test.each([
    [{ conditional: true }, /needs labelled images/],
    [{ dequantise: true }, /equally spaced/],
    [{ scores: "class" }, /needs conditional=true/],
    [{ init: "given", means: [1, 2, 3] }, /20 numbers in all, not 3/],
    [{ means: [1, 2] }, /means require init=given/],
  ])("%j", async (config, message) => {
    const attempt = attemptOn(
      [
        [0.1, 0.4],
        [0.2, 0.3],
      ],
      config,
    );
    await expect(attempt).rejects.toThrow(ConfigError);
    await expect(attempt).rejects.toThrow(message);
  });

  test("covariances that do not fit into memory", () => {
    const data = {
      channels: 3,
      height: 64,
      width: 64,
      binary: false,
      levels: 256,
      annotations: {},
    };
    expect(() => gmm.build(gmm.config.parse({}), data)).toThrow(/covariance=diagonal/);
    expect(() => gmm.build(gmm.config.parse({ covariance: "diagonal" }), data)).not.toThrow();
  });

  test("a single image can be fitted with regularised variances", async () => {
    const { loaded } = await attemptOn([[0.25, 0.5]], { components: 1, reg: 0.01 });
    const { value } = await score(loaded, rowsSet([[0.25, 0.5]]));
    expect(value).toBeCloseTo(Math.log(2 * Math.PI * 0.01), 9);
    await loaded.release();
  });
});

test("learning: digits are likelier under three components than under one, and than independent pixels", async () => {
  const [images, unseen] = [
    await loadDataset("digits"),
    await loadDataset("digits", { split: "test" }),
  ];
  const nats = async (config: Record<string, unknown>) => {
    const { loaded, warnings } = await fitted({
      model: gmm,
      images,
      device,
      config: { reg: 3e-3, ...config },
      batchSize: 500,
    });
    expect(warnings).toEqual([]);
    const { value } = await score(loaded, unseen);
    await loaded.release();
    return value;
  };
  const [mixture, single, independent] = [
    await nats({ components: 3 }),
    await nats({ components: 1 }),
    await nats({ components: 1, covariance: "diagonal" }),
  ];
  expect(mixture).toBeLessThan(single - 4);
  expect(single).toBeLessThan(independent - 15);
}, 60_000);
