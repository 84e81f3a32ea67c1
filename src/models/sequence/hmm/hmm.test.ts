import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { encode } from "../../../core/capabilities/codes.js";
import { complete } from "../../../core/capabilities/complete.js";
import { sample } from "../../../core/capabilities/sample.js";
import { score } from "../../../core/capabilities/score.js";
import type { LoadedModel } from "../../../core/loaded-model.js";
import { loadModel } from "../../../core/loaded-model.js";
import { initialValues, variablesOf } from "../../../core/state.js";
import { type ImageSet, readImages, subset } from "../../../data/image-set.js";
import { openDevice } from "../../../runtime/device.js";
import type { Device } from "../../../runtime/program.js";
import { vae } from "../../variational/vae/index.js";
import {
  type Config,
  type Enumerated,
  enumerate,
  expectClose,
  imagesOf,
  loadHmm,
  meansOf,
  observationsOf,
  randomImages,
  randomValues,
  SHAPES,
  traitsOf,
  type Values,
  withMissing,
} from "./hmm.testing.js";
import { hmm, posteriors, viterbi } from "./index.js";

let device: Device;
beforeAll(async () => {
  device = await openDevice({ host: "inline" });
});
afterAll(() => device.close());

describe.each(SHAPES)("against the sum over all paths: $config, $channels channels", (shape) => {
  const { config, channels, levels } = shape;
  const images = randomImages(6, channels, levels);
  const data = traitsOf(images);
  const values = randomValues(config, data, 4, 1.5);
  let model: LoadedModel;
  beforeAll(async () => {
    model = await loadHmm(device, config, data, values);
  });
  afterAll(() => model.release());

  async function oracle(set: Pick<ImageSet, "read">): Promise<Enumerated[]> {
    const size = channels * 9;
    const pixels = new Float32Array(6 * size);
    await set.read([0, 1, 2, 3, 4, 5], pixels);
    return Array.from({ length: 6 }, (_, image) => {
      const one = pixels.subarray(image * size, (image + 1) * size);
      return enumerate(values, levels ?? 0, observationsOf(config, data, one));
    });
  }

  const whole = "covariance" in config;
  const alongRows = config.sequence !== "columns";
  /** Whether a pixel is missing: every third observation if they must be complete, else any pixel. */
  const gap = (image: number, pixel: number) => {
    const line = alongRows ? Math.floor((pixel % 9) / 3) : pixel % 3;
    return whole ? line === image % 3 : (7 * image + 5 * pixel) % 4 === 0;
  };

  test.each([
    ["whole images", images],
    ["missing pixels", withMissing(images, gap)],
  ])("%s: likelihood, posteriors and likeliest path", async (_, set) => {
    const expected = await oracle(set);
    const { perImage } = await score(model, set);
    const decoded = await posteriors(model, set);
    const paths = await viterbi(model, set, { batchSize: 4 });
    expected.forEach(({ probability, posteriors: rows, best }, image) => {
      expect(perImage[image]).toBeCloseTo(-Math.log(probability), 4);
      const part = decoded.probs.subarray(
        image * decoded.length * decoded.states,
        (image + 1) * decoded.length * decoded.states,
      );
      expectClose(part, rows.flat(), 5);
      const path = paths.states.subarray(image * paths.length, (image + 1) * paths.length);
      expect(Array.from(path)).toEqual(best);
    });
  });

  test("the mean completion is the conditional expectation, and given pixels are unchanged", async () => {
    const known = Uint8Array.from({ length: 9 }, (_, pixel) => (gap(1, pixel) ? 0 : 1));
    const completed = await complete(model, images, { known, draw: false });
    const { pixelsUnit } = await readImages(images);
    const set = withMissing(images, (_, pixel) => known[pixel % 9] === 0);
    const expected = await oracle(set);
    const states = config.states as number;
    const means = meansOf(values, states, levels);
    completed.pixelsUnit.forEach((value, at) => {
      const [image, pixel] = [Math.floor(at / (channels * 9)), at % (channels * 9)];
      if (known[pixel % 9] === 1) {
        expect(value).toBe(pixelsUnit[at]);
        return;
      }
      const [c, h, w] = [Math.floor(pixel / 9), Math.floor((pixel % 9) / 3), pixel % 3];
      const [step, place] = {
        rows: [h, 3 * c + w],
        columns: [w, 3 * c + h],
        pixels: [3 * h + w, c],
      }[(config.sequence ?? "rows") as "rows"];
      const width = means.length / states;
      const mean = expected[image].posteriors[step].reduce(
        (sum, p, state) => sum + p * Math.min(1, Math.max(0, means[state * width + place])),
        0,
      );
      expect(value).toBeCloseTo(mean, 4);
    });
  });

  test("encode gives the posteriors in a row", async () => {
    const { probs } = await posteriors(model, images);
    expect((await encode(model, images)).values).toEqual(probs);
  });
});

describe("binary images of 3×3", () => {
  const everyImage = imagesOf(
    Array.from({ length: 512 * 9 }, (_, at) => (Math.floor(at / 9) >> (at % 9)) & 1),
    { channels: 1, height: 3, width: 3 },
    2,
  );
  const data = traitsOf(everyImage);
  const configs: Config[] = [
    { states: 5, emission: "bernoulli" },
    { states: 4, emission: "bernoulli", sequence: "columns" },
    { states: 4, emission: "discrete", sequence: "pixels" },
  ];

  test.each(configs)("%o: probabilities of all 512 sum to 1", async (config) => {
    const model = await loadHmm(device, config, data, randomValues(config, data, 2, 2));
    const { perImage } = await score(model, everyImage);
    const total = perImage.reduce((sum, nats) => sum + Math.exp(-nats), 0);
    expect(total).toBeCloseTo(1, 5);
    await model.release();
  });

  test.each(configs)("%o: samples are as frequent as the score says", async (config) => {
    const count = 40_000;
    const model = await loadHmm(device, config, data, randomValues(config, data, 2, 2));
    const { perImage } = await score(model, everyImage);
    const drawn = await sample(model, { count, draw: true, seed: 3 });
    expect(chiSquare(drawn.pixelsUnit, count, (index) => Math.exp(-perImage[index]))).toBeLessThan(
      1,
    );
    await model.release();
  });

  test.each(configs)("%o: completions are as frequent as the posterior says", async (config) => {
    const repeats = 40_000;
    const model = await loadHmm(device, config, data, randomValues(config, data, 2, 2));
    const { perImage } = await score(model, everyImage);
    const image = 0b101_011_100;
    const known = Uint8Array.from([0, 1, 1, 1, 0, 0, 0, 1, 0]);
    const given = (index: number) =>
      known.every((flag, pixel) => flag === 0 || ((index ^ image) >> pixel) % 2 === 0);
    const fitting = Array.from(perImage, (nats, index) => (given(index) ? Math.exp(-nats) : 0));
    const total = fitting.reduce((sum, p) => sum + p, 0);
    const one = subset(everyImage, [image]);
    const drawn = await complete(model, one, { known, repeats, draw: true, seed: 5 });
    expect(chiSquare(drawn.pixelsUnit, repeats, (index) => fitting[index] / total)).toBeLessThan(1);
    await model.release();
  });
});

/** The χ² statistic relative to its 99.9 % quantile (Wilson–Hilferty), over outcomes expected ≥ 5 times. */
function chiSquare(pixels: Float32Array, count: number, probability: (index: number) => number) {
  const found = new Float64Array(512);
  for (let image = 0; image < count; image++) {
    let index = 0;
    for (let pixel = 0; pixel < 9; pixel++) index += pixels[image * 9 + pixel] << pixel;
    found[index]++;
  }
  let [statistic, cells, restFound, restExpected] = [0, 0, 0, 0];
  for (let index = 0; index < 512; index++) {
    const expected = count * probability(index);
    if (expected < 5) {
      restFound += found[index];
      restExpected += expected;
      continue;
    }
    statistic += (found[index] - expected) ** 2 / expected;
    cells++;
  }
  if (restExpected >= 5) {
    statistic += (restFound - restExpected) ** 2 / restExpected;
    cells++;
  } else expect(restFound).toBeLessThan(30);
  const n = cells - 1;
  return statistic / (n * (1 - 2 / (9 * n) + 3.09 * Math.sqrt(2 / (9 * n))) ** 3);
}

describe("long sequences and extreme parameters", () => {
  const shape = { channels: 1, height: 28, width: 28 };
  const images = imagesOf(
    Float64Array.from({ length: 3 * 784 }, (_, at) => ((at * at + 3 * at) % 7 < 3 ? 1 : 0)),
    shape,
    2,
  );
  const data = traitsOf(images);

  /** Rabiner's recursion in float64 logarithms. */
  function logForward(values: Values, states: number, observations: number[][]): number {
    const logSoftmax = (logits: number[]) => {
      const most = Math.max(...logits);
      const total = logits.reduce((sum, x) => sum + Math.exp(x - most), 0);
      return logits.map((x) => x - most - Math.log(total));
    };
    const logits = values.get("parameters.emission.logits") as Float32Array;
    const width = observations[0].length;
    const moves = Array.from(values.get("parameters.chain.transitions") as Float32Array);
    const logMoves = Array.from({ length: states }, (_, from) =>
      logSoftmax(moves.slice(from * states, (from + 1) * states)),
    );
    const emitted = (state: number, x: number[]) =>
      x.reduce((sum, value, d) => {
        const logit = logits[state * width + d] * (value === 1 ? 1 : -1);
        return sum - Math.max(-logit, 0) - Math.log1p(Math.exp(-Math.abs(logit)));
      }, 0);
    const total = (terms: number[]) => {
      const most = Math.max(...terms);
      return most + Math.log(terms.reduce((sum, x) => sum + Math.exp(x - most), 0));
    };
    let alpha = logSoftmax(Array.from(values.get("parameters.chain.initial") as Float32Array));
    observations.forEach((x, t) => {
      const moved = alpha.map((_, to) => total(alpha.map((p, from) => p + logMoves[from][to])));
      alpha = (t === 0 ? alpha : moved).map((p, state) => p + emitted(state, x));
    });
    return total(alpha);
  }

  test.each<Config>([
    { states: 4, emission: "bernoulli", sequence: "pixels" },
    { states: 6, emission: "bernoulli" },
  ])(
    "%o: logits of ±200 give finite scores, posteriors and paths",
    async (config) => {
      const values = randomValues(config, data, 7);
      for (const [name, value] of values) {
        values.set(
          name,
          value.map((x) => 200 * Math.sign(x)),
        );
      }
      const model = await loadHmm(device, config, data, values);
      const { pixelsUnit } = await readImages(images);
      const { perImage } = await score(model, images);
      perImage.forEach((nats, image) => {
        const one = pixelsUnit.subarray(image * 784, (image + 1) * 784);
        const exact = -logForward(
          values,
          config.states as number,
          observationsOf(config, data, one),
        );
        expect(Math.abs(nats / exact - 1)).toBeLessThan(1e-5);
      });
      const { probs, states } = await posteriors(model, images);
      for (let at = 0; at < probs.length; at += states) {
        const total = probs.subarray(at, at + states).reduce((sum, p) => sum + p, 0);
        // For an image of 100,000 nats, float32 leaves two digits of the ratio of two paths.
        expect(Math.abs(total - 1)).toBeLessThan(0.02);
      }
      const { states: path } = await viterbi(model, images);
      expect(path.every((state) => state >= 0 && state < states)).toBe(true);
      await model.release();
    },
    180_000,
  );

  test("transitions of probability 0 are never taken", async () => {
    const config = { states: 3, emission: "bernoulli", sequence: "pixels" };
    const small = randomImages(4, 1, 2);
    const values = randomValues(config, traitsOf(small), 5);
    const never = Number.NEGATIVE_INFINITY;
    // A left-to-right model: each step keeps the state or moves to the next.
    values.set("parameters.chain.initial", Float32Array.of(0, never, never));
    const moves = Float32Array.of(...[0, 1, never], ...[never, 0, 0], ...[never, never, 0]);
    values.set("parameters.chain.transitions", moves);
    const model = await loadHmm(device, config, traitsOf(small), values);
    const { pixelsUnit } = await readImages(small);
    const { perImage } = await score(model, small);
    const decoded = await posteriors(model, small);
    const { states: path } = await viterbi(model, small);
    for (let image = 0; image < 4; image++) {
      const one = pixelsUnit.subarray(image * 9, (image + 1) * 9);
      const expected = enumerate(values, 2, observationsOf(config, traitsOf(small), one));
      expect(perImage[image]).toBeCloseTo(-Math.log(expected.probability), 4);
      expectClose(
        decoded.probs.subarray(image * 27, (image + 1) * 27),
        expected.posteriors.flat(),
        5,
      );
      expect(Array.from(path.subarray(image * 9, (image + 1) * 9))).toEqual(expected.best);
    }
    await model.release();
  });
});

describe("temperature", () => {
  test.each(SHAPES)(
    "$config, $channels channels: 0 gives the likeliest state and value at each step",
    async ({ config, channels, levels }) => {
      const data = traitsOf(randomImages(2, channels, levels));
      const model = await loadHmm(device, config, data, randomValues(config, data, 4, 1.5));
      const options = { count: 3, temperature: 0, draw: true };
      const one = await sample(model, { ...options, seed: 1 });
      const other = await sample(model, { ...options, seed: 2 });
      expect(other.pixelsUnit).toEqual(one.pixelsUnit);
      const half = one.pixelsUnit.length / 3;
      expect(one.pixelsUnit.subarray(0, half)).toEqual(one.pixelsUnit.subarray(half, 2 * half));
      const warm = await sample(model, { ...options, temperature: 1, seed: 1 });
      expect(warm.pixelsUnit).not.toEqual(one.pixelsUnit);
      await model.release();
    },
  );
});

describe("bad input is refused", () => {
  const grey = randomImages(4, 1);
  const binary = randomImages(4, 1, 2);
  const refuse = (config: Config, set: ImageSet) => () =>
    hmm.build(hmm.config.parse(config), traitsOf(set));

  test("configurations that do not suit the data", () => {
    expect(refuse({ emission: "bernoulli" }, grey)).toThrow("need binary pixels");
    expect(refuse({ emission: "discrete" }, grey)).toThrow("levels=16");
    expect(refuse({ states: 0 }, binary)).toThrow();
    expect(refuse({}, { ...binary, height: 65_537 })).toThrow("at most 65536");
    expect(refuse({ states: 300 }, { ...binary, height: 4097 })).toThrow("use fewer states");
    expect(refuse({ varianceFloor: 0 }, grey)).toThrow();
  });

  test("an image that cannot be emitted has probability 0", async () => {
    const data = traitsOf(binary);
    const config = { states: 2 };
    const model = await loadHmm(device, config, data, randomValues(config, data, 1));
    const { perImage } = await score(model, grey);
    expect(Array.from(perImage)).toEqual([1, 1, 1, 1].map(() => Number.POSITIVE_INFINITY));
    await model.release();
  });

  test("a partly known observation under a full covariance", async () => {
    const config = { states: 2, covariance: "full" };
    const model = await loadHmm(
      device,
      config,
      traitsOf(grey),
      randomValues(config, traitsOf(grey), 1),
    );
    const holes = withMissing(grey, (_, pixel) => pixel === 4);
    const problem = "a row is only partly known";
    await expect(score(model, holes)).rejects.toThrow(problem);
    await expect(viterbi(model, holes)).rejects.toThrow(problem);
    const known = Uint8Array.of(1, 1, 1, 1, 0, 1, 1, 1, 1);
    await expect(complete(model, grey, { known })).rejects.toThrow(problem);
    await model.release();
  });

  test("decoding with another model", async () => {
    const data = traitsOf(binary);
    const config = vae.config.parse({});
    const values = initialValues(variablesOf(vae.build(config, data), data).list(), 0);
    const model = await loadModel(vae, config, data, device, values);
    await expect(viterbi(model, binary)).rejects.toThrow("not a hidden Markov model");
    await model.release();
  });
});

test.each([
  // Chain: 4 − 1 + 4 · 3. Emissions: one probability for each of 3 values in 4 states.
  [{ states: 4 }, 1, 2, 15 + 12],
  // Emissions: one of 4 levels for each of 2 channels in 3 states.
  [{ states: 3, emission: "discrete", sequence: "pixels" }, 2, 4, 8 + 18],
  [{ states: 3, emission: "gaussian" }, 1, undefined, 8 + 18],
  // Emissions: means, and the upper triangle of a covariance of 3 values.
  [{ states: 3, covariance: "full" }, 1, undefined, 8 + 9 + 18],
] as const)("explain counts the free parameters of %o", (config, channels, levels, count) => {
  const data = traitsOf(randomImages(1, channels, levels));
  const model = hmm.build(hmm.config.parse(config), data);
  expect(model.explain?.()).toMatch(new RegExp(`Free parameters\\n .* = ${count}\\n`));
});
