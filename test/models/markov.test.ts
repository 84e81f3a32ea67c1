import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { complete } from "../../src/core/capabilities/complete.js";
import { sample } from "../../src/core/capabilities/sample.js";
import { score } from "../../src/core/capabilities/score.js";
import type { TracedScore } from "../../src/core/capability.js";
import { ConfigError, DataError } from "../../src/core/errors.js";
import type { LoadedModel } from "../../src/core/loaded-model.js";
import { arraySet, binarise, loadDataset, readImages } from "../../src/data/index.js";
import {
  dependencyMatrix,
  everyImage,
  totalProbability,
} from "../../src/models/autoregressive/dependency.testing.js";
import { independent, markov, table, traceDraws } from "../../src/models/index.js";
import { orderingNames, orderingOf } from "../../src/models/ordering.js";
import { chainRows } from "../../src/models/tabular/chain-model.js";
import { logProbOfEach } from "../../src/models/tabular/counting.js";
import { openDevice } from "../../src/runtime/device.js";
import type { Device } from "../../src/runtime/program.js";
import { toNumbers } from "../../src/tensor/dtype.js";
import {
  chiSquared,
  dependentCategories,
  fitted,
  imagesOf,
  numberOf,
  small,
} from "./tabular-helpers.js";

let device: Device;
beforeAll(async () => {
  device = await openDevice({ host: "inline" });
});
afterAll(() => device.close());

const BINARY = small(2);
const binaryImages = imagesOf(BINARY, dependentCategories(BINARY, 300));
const allBinary = arraySet(
  { name: "all", source: "all", split: "all", ...BINARY, annotations: {}, levels: 2 },
  everyImage(BINARY),
);

/** Probabilities of all 512 images, by index. */
async function allProbs(model: LoadedModel): Promise<Float64Array> {
  const { perImage } = await score(model, allBinary);
  const { pixelsUnit } = await readImages(allBinary);
  const probs = new Float64Array(512);
  perImage.forEach((nats, image) => {
    probs[numberOf(pixelsUnit.subarray(image * 9, image * 9 + 9), 2)] = Math.exp(-nats);
  });
  return probs;
}

describe("a distribution", () => {
  test.each(
    orderingNames.flatMap((ordering) => [0, 1, 2, 4, 8].map((order) => ({ ordering, order }))),
  )("of probabilities that sum to 1: %j", async ({ ordering, order }) => {
    const config = markov.config.parse({ ordering, order, orderingSeed: 3 });
    const { capabilities } = markov.build(config, BINARY);
    const { trace } = capabilities.score as TracedScore;
    const untrained = new Map([["parameters.table.logProbs", uniformTable(9, order)]]);
    const total = totalProbability((scope, batch) => trace(scope, batch, 1), BINARY, untrained);
    expect(total).toBeCloseTo(1, 10);
    for (const smoothing of [0, 0.5]) {
      const model = await fitted(device, markov, binaryImages, { ...config, smoothing });
      const probs = await allProbs(model);
      expect(Math.abs(probs.reduce((sum, p) => sum + p, 0) - 1)).toBeLessThan(1e-6);
      await model.release();
    }
  });

  const uniformTable = (n: number, order: number) =>
    new Float64Array(n * 2 ** (order + 1)).fill(-Math.LN2);

  test("also over three values of a pixel", async () => {
    const traits = small(3, 2);
    const images = imagesOf(traits, dependentCategories(traits, 200));
    const all = arraySet(
      { name: "all", source: "all", split: "all", ...traits, annotations: {}, levels: 3 },
      everyImage(traits),
    );
    const model = await fitted(device, markov, images, { order: 2, ordering: "diagonal" });
    const { perImage } = await score(model, all);
    const total = perImage.reduce((sum, nats) => sum + Math.exp(-nats), 0);
    expect(Math.abs(total - 1)).toBeLessThan(1e-6);
    await model.release();
  });
});

describe("dependence", () => {
  test.each(orderingNames.flatMap((name) => [0, 1, 3, 8].map((order) => ({ name, order }))))(
    "of log-probabilities is on the pixel and exactly the N before it: %j",
    ({ name, order }) => {
      const ordering = orderingOf(name, BINARY, 5);
      const rows = chainRows({ levels: 2, order, contexts: 2 ** order, ordering });
      const moved = dependencyMatrix((scope, batch) => logProbOfEach(rows, scope, batch), BINARY);
      moved.forEach((row, place) => {
        row.forEach((distance, pixel) => {
          const back = place - ordering.rank[pixel];
          if (back >= 0 && back <= order) expect(distance).toBeGreaterThan(1e-3);
          else {
            expect(distance).toBe(0);
          }
        });
      });
    },
  );
});

describe("maximum likelihood", () => {
  /** p(value at a place | context), by counting images. */
  function byHand(
    categories: Uint8Array,
    { order, smoothing, levels }: { order: number; smoothing: number; levels: number },
    sequence: ArrayLike<number>,
  ) {
    const n = sequence.length;
    const images = Array.from({ length: categories.length / n }, (_, image) =>
      Array.from(sequence, (variable) => categories[image * n + variable]),
    );
    return (image: readonly number[]): number =>
      image.reduce((nats, value, place) => {
        const agrees = (other: readonly number[], from: number, to: number) =>
          other.slice(from, to).every((v, index) => v === image[from + index]);
        const context = images.filter((other) => agrees(other, Math.max(0, place - order), place));
        const both = context.filter((other) => other[place] === value).length;
        return nats - Math.log((both + smoothing) / (context.length + smoothing * levels));
      }, 0);
  }

  test.each([
    { order: 0, ordering: "raster", smoothing: 0.5, levels: 2 },
    { order: 1, ordering: "raster", smoothing: 1, levels: 2 },
    { order: 3, ordering: "random", smoothing: 0.25, levels: 2 },
    { order: 2, ordering: "diagonal", smoothing: 2, levels: 4 },
    { order: 1, ordering: "column", smoothing: 0, levels: 3 },
  ] as const)("equals counting by hand: %j", async (config) => {
    const traits = small(config.levels);
    const categories = dependentCategories(traits, 60);
    const model = await fitted(device, markov, imagesOf(traits, categories), config);
    const { sequence } = orderingOf(config.ordering, traits, 0);
    const nats = byHand(categories, config, sequence);
    // The training images, whose contexts have all been seen, and new ones.
    const unseen = config.smoothing === 0 ? categories : dependentCategories(traits, 40, 8);
    const { perImage } = await score(model, imagesOf(traits, unseen));
    perImage.forEach((value, image) => {
      const own = Array.from(sequence, (variable) => unseen[image * 9 + variable]);
      expect(value).toBeCloseTo(nats(own), 4);
    });
    await model.release();
  });

  test("is a maximum: perturbed conditionals make the training images less probable", async () => {
    const model = await fitted(device, markov, binaryImages, { order: 2, smoothing: 0 });
    const best = (await score(model, binaryImages)).value;
    const values = await model.values();
    const fit = toNumbers(values.get("parameters.table.logProbs") as Float32Array);
    for (const shift of [-0.2, 0.2]) {
      const nudged = Float32Array.from(fit);
      for (let row = 0; row < nudged.length; row += 2) {
        const p = Math.min(
          1,
          Math.max(0, Math.exp(fit[row]) + shift * Math.exp(fit[row] + fit[row + 1])),
        );
        nudged[row] = Math.log(p);
        nudged[row + 1] = Math.log(1 - p);
      }
      await model.write(new Map([["parameters.table.logProbs", nudged]]));
      expect((await score(model, binaryImages)).value).toBeGreaterThan(best);
    }
    await model.release();
  });

  test("counts an image of weight 2 twice, and one of weight 0 not at all", async () => {
    const categories = dependentCategories(BINARY, 40);
    const weights = Float32Array.from({ length: 40 }, (_, image) => image % 3);
    const repeated = Array.from(weights).flatMap((weight, image) =>
      Array.from({ length: weight }, () => [...categories.subarray(image * 9, image * 9 + 9)]),
    );
    const config = { order: 2 };
    const weighted = await fitted(
      device,
      markov,
      imagesOf(BINARY, categories, { weights }),
      config,
    );
    const plain = await fitted(device, markov, imagesOf(BINARY, repeated.flat()), config);
    expect(await weighted.values()).toEqual(await plain.values());
    await weighted.release();
    await plain.release();
  });
});

describe("the extreme orders", () => {
  test("order 0 equals independent pixels, order n − 1 the full joint table", async () => {
    const pairs = [
      { order: 0, other: independent },
      { order: 8, other: table },
    ];
    for (const { order, other } of pairs) {
      const chain = await fitted(device, markov, binaryImages, { order, smoothing: 0 });
      const model = await fitted(device, other, binaryImages, { smoothing: 0 });
      const [ours, theirs] = [await allProbs(chain), await allProbs(model)];
      ours.forEach((p, image) => {
        expect(p).toBeCloseTo(theirs[image], 6);
      });
      await chain.release();
      await model.release();
    }
  });

  test("a chain of order n − 1 is the same in every ordering", async () => {
    const config = { order: 8, smoothing: 0 };
    const raster = await fitted(device, markov, binaryImages, config);
    const random = await fitted(device, markov, binaryImages, { ...config, ordering: "random" });
    const [ours, theirs] = [await allProbs(raster), await allProbs(random)];
    ours.forEach((p, image) => {
      expect(p).toBeCloseTo(theirs[image], 6);
    });
    await raster.release();
    await random.release();
  });
});

describe("samples", () => {
  let model: LoadedModel;
  beforeAll(async () => {
    model = await fitted(device, markov, binaryImages, { order: 2, ordering: "column" });
  });
  afterAll(() => model.release());

  const frequencies = (pixels: Float32Array): Float64Array => {
    const counts = new Float64Array(512);
    for (let start = 0; start < pixels.length; start += 9) {
      counts[numberOf(pixels.subarray(start, start + 9), 2)]++;
    }
    return counts;
  };

  test("are as frequent as their probabilities say", async () => {
    const { pixelsUnit } = await sample(model, { count: 40_000, seed: 1 });
    // χ² with 511 degrees of freedom has mean 511 and standard deviation 32.
    expect(chiSquared(frequencies(pixelsUnit), await allProbs(model))).toBeLessThan(511 + 4 * 32);
  });

  test("are all the same at temperature 0: each pixel is the mode given the ones before", async () => {
    const { pixelsUnit } = await sample(model, { count: 3, temperature: 0 });
    expect(pixelsUnit.subarray(0, 9)).toEqual(pixelsUnit.subarray(18));
    const draws = await traceDraws(model, { temperature: 0 });
    for (const { bounds, index } of draws) expect(bounds[index + 1] - bounds[index]).toBe(1);
  });

  test("agree with their traced draws: each u lies in the interval of the pixel's value", async () => {
    const { pixelsUnit } = await sample(model, { count: 5, seed: 9 });
    for (const image of [0, 4]) {
      const draws = await traceDraws(model, { seed: 9, image });
      const own = pixelsUnit.subarray(image * 9, image * 9 + 9);
      const { sequence } = orderingOf("column", BINARY);
      draws.forEach(({ variables, given, bounds, u, index }, place) => {
        expect(variables).toEqual([sequence[place]]);
        expect(given).toEqual(
          Array.from(sequence.subarray(Math.max(0, place - 2), place), (variable) => own[variable]),
        );
        expect(bounds[index] <= u && u < bounds[index + 1]).toBe(true);
        expect(own[sequence[place]]).toBe(index);
      });
    }
  });
});

describe("completion", () => {
  /** p(missing | given) by summing over all images. */
  async function posterior(model: LoadedModel, known: Uint8Array, given: ArrayLike<number>) {
    const probs = await allProbs(model);
    const agrees = (image: number) =>
      known.every((is, pixel) => is === 0 || ((image >> (8 - pixel)) & 1) === given[pixel]);
    const masked = probs.map((p, image) => (agrees(image) ? p : 0));
    const total = masked.reduce((sum, p) => sum + p, 0);
    return masked.map((p) => p / total);
  }

  test.each([
    { order: 1, ordering: "raster", mask: "100010001" },
    { order: 2, ordering: "random", mask: "000000111" },
    { order: 3, ordering: "diagonal", mask: "010101010" },
    { order: 8, ordering: "raster", mask: "000100100" },
    { order: 0, ordering: "raster", mask: "111000000" },
  ])("draws from the exact posterior for any given pixels: %j", async ({ mask, ...config }) => {
    const model = await fitted(device, markov, binaryImages, config);
    const known = Uint8Array.from(mask, Number);
    const one = imagesOf(BINARY, dependentCategories(BINARY, 1, 21));
    const { pixelsUnit: given } = await readImages(one);
    const { pixelsUnit } = await complete(model, one, { known, repeats: 20_000, seed: 4 });
    const counts = new Float64Array(512);
    for (let start = 0; start < pixelsUnit.length; start += 9) {
      counts[numberOf(pixelsUnit.subarray(start, start + 9), 2)]++;
    }
    const probs = await posterior(model, known, given);
    const possible = probs.filter((p) => p > 0).length;
    expect(chiSquared(counts, probs)).toBeLessThan(possible + 4 * Math.sqrt(2 * possible));
    counts.forEach((count, image) => {
      if (probs[image] === 0) expect(count).toBe(0);
    });
    await model.release();
  });

  test("keeps given pixels exactly, in every image", async () => {
    const model = await fitted(device, markov, binaryImages, { order: 2 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 9, maxLength: 9 }),
        fc.nat(1000),
        async (mask, seed) => {
          fc.pre(mask.includes(0));
          const known = Uint8Array.from(mask);
          const { pixelsUnit: given } = await readImages(binaryImages, [seed % 300, 1]);
          const source = arraySet({ ...binaryImages }, given);
          const { pixelsUnit } = await complete(model, source, { known, seed });
          pixelsUnit.forEach((pixel, index) => {
            if (known[index % 9] === 1) expect(pixel).toBe(given[index]);
            else {
              expect([0, 1]).toContain(pixel);
            }
          });
        },
      ),
      { numRuns: 30 },
    );
    await model.release();
  });

  test("refuses given pixels of probability 0, whose scores are infinite, not NaN", async () => {
    const blank = imagesOf(BINARY, new Uint8Array(9 * 5));
    const model = await fitted(device, markov, blank, { smoothing: 0 });
    const { pixelsUnit } = await sample(model, { count: 4 });
    expect(pixelsUnit.every((pixel) => pixel === 0)).toBe(true);
    const { value, perImage } = await score(model, binaryImages);
    expect(value).toBe(Number.POSITIVE_INFINITY);
    expect(perImage.some(Number.isNaN)).toBe(false);
    expect((await score(model, blank)).value).toBe(0);
    const white = imagesOf(BINARY, new Uint8Array(9).fill(1));
    const known = Uint8Array.from("000000001", Number);
    await expect(complete(model, white, { known })).rejects.toThrow(/probability 0/);
    await model.release();
  });
});

describe("missing pixels", () => {
  test("are summed out of the score", async () => {
    const model = await fitted(device, markov, binaryImages, { order: 2, ordering: "random" });
    const probs = await allProbs(model);
    const mask = [1, 0, 0, 1, 1, 0, 1, 0, 0];
    const { pixelsUnit } = await readImages(binaryImages, [0, 1, 2]);
    const holes = pixelsUnit.map((pixel, index) => (mask[index % 9] === 1 ? pixel : Number.NaN));
    const { levels: _, ...info } = binaryImages;
    const { perImage } = await score(model, arraySet(info, holes));
    perImage.forEach((nats, image) => {
      const agrees = (number: number) =>
        mask.every(
          (is, pixel) => !is || ((number >> (8 - pixel)) & 1) === holes[image * 9 + pixel],
        );
      const total = probs.reduce((sum, p, number) => (agrees(number) ? sum + p : sum), 0);
      expect(nats).toBeCloseTo(-Math.log(total), 5);
    });
    await model.release();
  });

  test("are refused by the fit, which would not be exact", async () => {
    const { levels: _, ...info } = binaryImages;
    const pixels = new Float32Array(18).fill(Number.NaN, 4, 5);
    await expect(fitted(device, markov, arraySet(info, pixels), { levels: 2 })).rejects.toThrow(
      DataError,
    );
  });
});

describe("learning gate", () => {
  test("on samples of a known chain, the excess over the entropy is as large as theory says", async () => {
    const config = { order: 2, ordering: "column" };
    const truth = await fitted(device, markov, binaryImages, config);
    const count = 4000;
    const { pixelsUnit } = await sample(truth, { count, seed: 2 });
    const model = await fitted(device, markov, imagesOf(BINARY, pixelsUnit), config);
    const [p, q] = [await allProbs(truth), await allProbs(model)];
    const divergence = p.reduce((sum, each, image) => sum + each * Math.log(each / q[image]), 0);
    // Maximum likelihood exceeds the entropy by about parameters / 2N nats, χ²-distributed.
    const expected = (3 + 7 * 4) / (2 * count);
    expect(divergence).toBeGreaterThan(expected / 3);
    expect(divergence).toBeLessThan(expected * 3);
    await truth.release();
    await model.release();
  });

  test("on real digits an AR-1 beats independent pixels, and an AR-8 an AR-1", async () => {
    const binarisation = { mode: "fixed", seed: 0 } as const;
    const images = binarise(await loadDataset("digits"), binarisation);
    const unseen = binarise(await loadDataset("digits", { split: "test" }), binarisation);
    const nats: number[] = [];
    for (const order of [0, 1, 8]) {
      const model = await fitted(device, markov, images, { order });
      nats.push((await score(model, unseen)).value);
      await model.release();
    }
    expect(nats[1]).toBeLessThan(nats[0] - 0.5);
    expect(nats[2]).toBeLessThan(nats[1] - 0.5);
  });
});

describe("bad input", () => {
  const build = (config: Readonly<Record<string, unknown>>, traits = BINARY) =>
    markov.build(markov.config.parse(config), traits);

  test.each([
    [{ order: 9 }, /at most 8, not 9/],
    [{ order: 8, levels: 256 }, /free parameters; a table may have 16,777,216 entries/],
    [{ levels: 1 }, /at least 2 levels/],
  ])("%j is refused", (config, message) => {
    expect(() => build(config)).toThrow(ConfigError);
    expect(() => build(config)).toThrow(message);
  });

  test("a table that is too large is refused at once, with its size", () => {
    const mnist = { ...BINARY, height: 28, width: 28 };
    expect(() => build({ order: 64 }, mnist)).toThrow(
      "markov would need (2⁶⁴ − 1) + 720 · 2⁶⁴ · (2 − 1) ≈ 1.33 × 10²² free parameters",
    );
  });

  test("real numbers need levels, and are rounded to them", async () => {
    expect(() => build({}, { ...BINARY, binary: false, levels: null })).toThrow(/levels=16/);
    const { levels: _, ...info } = binaryImages;
    const grey = arraySet(
      info,
      Float32Array.from({ length: 18 }, (_, i) => i / 17),
    );
    const model = await fitted(device, markov, grey, { levels: 4 });
    const result = await score(model, grey);
    expect(Number.isFinite(result.value)).toBe(true);
    expect(result.protocol.estimator).toContain("rounded to 4 values");
    await model.release();
  });

  test("pixels outside [0, 1] are refused by the fit, and have infinite scores", async () => {
    const { levels: _, ...info } = binaryImages;
    const outside = arraySet(info, new Float32Array(9).fill(1.5, 2, 4));
    await expect(fitted(device, markov, outside, { levels: 2 })).rejects.toThrow(
      /2 pixels are outside/,
    );
    const model = await fitted(device, markov, binaryImages, {});
    expect((await score(model, outside)).value).toBe(Number.POSITIVE_INFINITY);
    await model.release();
  });

  test("a single image, and images of equal pixels, can be fitted", async () => {
    for (const categories of [dependentCategories(BINARY, 1), new Uint8Array(9 * 20).fill(1)]) {
      const images = imagesOf(BINARY, categories);
      const exact = await fitted(device, markov, images, { order: 3, smoothing: 0 });
      const smooth = await fitted(device, markov, images, { order: 3 });
      expect((await score(exact, images)).value).toBe(0);
      expect((await score(smooth, images)).value).toBeGreaterThan(0);
      await exact.release();
      await smooth.release();
    }
  });
});

describe("explanation", () => {
  const explain = (config: Readonly<Record<string, unknown>>, side = 3) =>
    markov.build(markov.config.parse(config), small(2, side)).explain?.() ?? "";

  test("names the factorisation, the independences and the number of parameters", () => {
    const text = explain({ order: 1 }, 8);
    expect(text).toContain("p(x₁, …, x₆₄) = p(x₁) · ∏ᵢ₌₂⁶⁴ p(xᵢ | xᵢ₋₁)");
    expect(text).toContain("xᵢ ⊥ x₁, …, xᵢ₋₂ | xᵢ₋₁ for i = 3, …, 64");
    expect(text).toContain("= 127");
    expect(text).toContain("2⁶⁴ − 1 ≈ 1.84 × 10¹⁹");
  });

  test.each([
    [2, "p(x₁) · p(x₂ | x₁) · ∏ᵢ₌₃⁹ p(xᵢ | xᵢ₋₂, xᵢ₋₁)"],
    [3, "p(x₁) · p(x₂ | x₁) · p(x₃ | x₁, x₂) · ∏ᵢ₌₄⁹ p(xᵢ | xᵢ₋₃, …, xᵢ₋₁)"],
    [5, "p(x₁) · p(x₂ | x₁) · … · p(x₅ | x₁, …, x₄) · ∏ᵢ₌₆⁹ p(xᵢ | xᵢ₋₅, …, xᵢ₋₁)"],
  ])("of order %d", (order, product) => {
    expect(explain({ order })).toContain(product);
  });

  test("has no assumptions for the highest order", () => {
    expect(explain({ order: 8 })).toContain("none: every pixel depends on all before it");
  });
});
