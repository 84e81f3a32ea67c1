import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { encode } from "../../src/core/capabilities/codes.js";
import { complete } from "../../src/core/capabilities/complete.js";
import { sample } from "../../src/core/capabilities/sample.js";
import { score } from "../../src/core/capabilities/score.js";
import type { Fit } from "../../src/core/fit.js";
import { type LoadedModel, loadModel } from "../../src/core/loaded-model.js";
import type { DataTraits } from "../../src/core/model.js";
import { fitInputs } from "../../src/core/state.js";
import { dataSpecOf, dataTraits } from "../../src/data/data-spec.js";
import { arraySet, type ImageSet, readImages, subset } from "../../src/data/image-set.js";
import { hmm, posteriors, viterbi } from "../../src/models/sequence/hmm/index.js";
import { trace, Variables } from "../../src/nn/scope.js";
import { openDevice } from "../../src/runtime/device.js";
import { interpret } from "../../src/runtime/interpreter/index.js";
import type { Device, StateValues } from "../../src/runtime/program.js";
import { stream } from "../../src/runtime/random.js";

let device: Device;
beforeAll(async () => {
  device = await openDevice({ host: "inline" });
});
afterAll(() => device.close());

type Config = Readonly<Record<string, unknown>>;
type Values = Map<string, Float32Array | Float64Array>;

const CHAIN = ["parameters.chain.initial", "parameters.chain.transitions"] as const;

/** Sets from a list of pixel values, [N, C, H, W]. */
function imagesOf(
  pixels: ArrayLike<number>,
  shape: Pick<DataTraits, "channels" | "height" | "width">,
  levels?: number,
): ImageSet {
  const info = { name: "made", source: "made", split: "train", ...shape };
  if (levels === undefined) return arraySet(info, Float32Array.from(pixels));
  const bytes = Uint8Array.from(pixels, (value) => Math.round(value * (levels - 1)));
  return arraySet({ ...info, levels }, bytes);
}

const traitsOf = (images: ImageSet) => dataTraits(dataSpecOf(images));

/** Parameters drawn at random, by the names and shapes that the model itself asks for. */
function randomValues(config: Config, data: DataTraits, seed: number, scale = 1): Values {
  const model = hmm.build(hmm.config.parse(config), data);
  const variables = new Variables();
  trace(variables, false, (scope) => model.fit?.stages[0].statistics(scope, fitInputs(data)));
  return new Map(
    variables.list().map(({ path, shape, dtype }): [string, Float32Array | Float64Array] => {
      const size = shape.reduce((product, dim) => product * dim, 1);
      const numbers = new Float64Array(size);
      stream(seed, path).normal(numbers);
      if (path.endsWith("logVar")) for (let i = 0; i < size; i++) numbers[i] -= 2;
      else if (path.endsWith("axes")) numbers.set(rotations(numbers, shape[0], shape[1]));
      else for (let i = 0; i < size; i++) numbers[i] *= scale;
      return [`parameters.${path}`, dtype === "float64" ? numbers : Float32Array.from(numbers)];
    }),
  );
}

/** Orthonormal columns by Gram–Schmidt, for each state. */
function rotations(numbers: Float64Array, states: number, width: number): Float64Array {
  const out = numbers.slice();
  for (let state = 0; state < states; state++) {
    const at = (row: number, column: number) => (state * width + row) * width + column;
    for (let column = 0; column < width; column++) {
      for (let before = 0; before < column; before++) {
        let dot = 0;
        for (let row = 0; row < width; row++) dot += out[at(row, column)] * out[at(row, before)];
        for (let row = 0; row < width; row++) out[at(row, column)] -= dot * out[at(row, before)];
      }
      let norm = 0;
      for (let row = 0; row < width; row++) norm += out[at(row, column)] ** 2;
      for (let row = 0; row < width; row++) out[at(row, column)] /= Math.sqrt(norm);
    }
  }
  return out;
}

function load(config: Config, data: DataTraits, values: StateValues): Promise<LoadedModel> {
  return loadModel(hmm, hmm.config.parse(config), data, device, values);
}

// ---- The oracle: plain sums over all paths of states, in float64, one image at a time.

/** Pixels of one image, [C, H, W], as observations, written out anew. */
function observationsOf(config: Config, data: DataTraits, image: ArrayLike<number>): number[][] {
  const { channels, height, width } = data;
  const steps: number[][] = [];
  const push = (step: number, value: number) => {
    steps[step] ??= [];
    steps[step].push(value);
  };
  const pixel = (c: number, h: number, w: number) => image[(c * height + h) * width + w];
  for (let c = 0; c < channels; c++)
    for (let h = 0; h < height; h++)
      for (let w = 0; w < width; w++) {
        const step = { rows: h, columns: w, pixels: h * width + w }[
          (config.sequence ?? "rows") as "rows" | "columns" | "pixels"
        ];
        push(step, pixel(c, h, w));
      }
  return steps;
}

const softmax = (logits: number[]) => {
  const most = Math.max(...logits);
  const total = logits.reduce((sum, x) => sum + Math.exp(x - most), 0);
  return logits.map((x) => Math.exp(x - most) / total);
};

const rowOf = (values: Values, name: string, row: number, length: number) =>
  Array.from(values.get(`parameters.${name}`) as Float64Array).slice(
    row * length,
    (row + 1) * length,
  );

/** p(x | state); a value that is NaN is left out. */
function emissionProbability(values: Values, levels: number, state: number, x: number[]): number {
  const width = x.length;
  if (values.has("parameters.emission.axes")) {
    if (x.every(Number.isNaN)) return 1;
    const mean = rowOf(values, "emission.mean", state, width);
    const logVar = rowOf(values, "emission.logVar", state, width);
    const axes = rowOf(values, "emission.axes", state, width * width);
    let logP = 0;
    for (let axis = 0; axis < width; axis++) {
      let along = 0;
      for (let d = 0; d < width; d++) along += axes[d * width + axis] * (x[d] - mean[d]);
      logP -= 0.5 * (along ** 2 / Math.exp(logVar[axis]) + logVar[axis] + Math.log(2 * Math.PI));
    }
    return Math.exp(logP);
  }
  if (values.has("parameters.emission.mean")) {
    const mean = rowOf(values, "emission.mean", state, width);
    const logVar = rowOf(values, "emission.logVar", state, width);
    return x.reduce(
      (product, value, d) =>
        Number.isNaN(value)
          ? product
          : (product * Math.exp(-((value - mean[d]) ** 2) / (2 * Math.exp(logVar[d])))) /
            Math.sqrt(2 * Math.PI * Math.exp(logVar[d])),
      1,
    );
  }
  const logits = values.get("parameters.emission.logits") as Float32Array;
  const perValue = logits.length / (values.get(CHAIN[0]) as Float32Array).length / width;
  return x.reduce((product, value, d) => {
    if (Number.isNaN(value)) return product;
    if (perValue === 1) {
      const p = 1 / (1 + Math.exp(-logits[state * width + d]));
      return product * (value === 1 ? p : 1 - p);
    }
    const row = softmax(rowOf(values, "emission.logits", state * width + d, levels));
    return product * row[Math.round(value * (levels - 1))];
  }, 1);
}

interface Enumerated {
  readonly probability: number;
  /** [T][K] */
  readonly posteriors: number[][];
  readonly best: number[];
  /** [K][K] expected number of moves */
  readonly moves: number[][];
}

function enumerate(values: Values, levels: number, observations: number[][]): Enumerated {
  const states = (values.get(CHAIN[0]) as Float32Array).length;
  const initial = softmax(rowOf(values, "chain.initial", 0, states));
  const moves = Array.from({ length: states }, (_, state) =>
    softmax(rowOf(values, "chain.transitions", state, states)),
  );
  const emitted = observations.map((x) =>
    Array.from({ length: states }, (_, state) => emissionProbability(values, levels, state, x)),
  );
  const length = observations.length;
  const sums = observations.map(() => new Array<number>(states).fill(0));
  const moved = moves.map((row) => row.map(() => 0));
  let [total, most, best] = [0, -1, [] as number[]];
  for (let index = 0; index < states ** length; index++) {
    const path = Array.from({ length }, (_, t) => Math.floor(index / states ** t) % states);
    let p = initial[path[0]];
    path.forEach((state, t) => {
      if (t > 0) p *= moves[path[t - 1]][state];
      p *= emitted[t][state];
    });
    total += p;
    path.forEach((state, t) => {
      sums[t][state] += p;
      if (t > 0) moved[path[t - 1]][state] += p;
    });
    if (p > most) [most, best] = [p, path];
  }
  return {
    probability: total,
    posteriors: sums.map((row) => row.map((p) => p / total)),
    best,
    moves: moved.map((row) => row.map((p) => p / total)),
  };
}

const SHAPES: readonly { config: Config; channels: number; levels?: number }[] = [
  { config: { states: 3, emission: "bernoulli" }, channels: 1, levels: 2 },
  { config: { states: 3, emission: "bernoulli", sequence: "columns" }, channels: 2, levels: 2 },
  { config: { states: 2, emission: "bernoulli", sequence: "pixels" }, channels: 2, levels: 2 },
  { config: { states: 2, emission: "discrete", sequence: "pixels" }, channels: 1, levels: 4 },
  { config: { states: 3, emission: "discrete" }, channels: 2, levels: 3 },
  { config: { states: 3, emission: "gaussian" }, channels: 1 },
  { config: { states: 2, emission: "gaussian", sequence: "pixels" }, channels: 3 },
  { config: { states: 3, emission: "gaussian", covariance: "full" }, channels: 1 },
  {
    config: { states: 3, emission: "gaussian", covariance: "full", sequence: "columns" },
    channels: 2,
  },
];

function randomImages(count: number, channels: number, levels?: number): ImageSet {
  const shape = { channels, height: 3, width: 3 };
  const pixels = new Float64Array(count * channels * 9);
  stream(9, "pixels").uniform(pixels);
  const grid = (value: number) =>
    levels === undefined ? value : Math.floor(value * levels) / (levels - 1);
  return imagesOf(pixels.map(grid), shape, levels);
}

/** The same images with some pixels missing: whole rows and columns, or any. */
function withMissing(images: ImageSet, missing: (image: number, pixel: number) => boolean) {
  const size = images.channels * images.height * images.width;
  return {
    ...images,
    async read(indices: ArrayLike<number>, out: Float32Array) {
      await images.read(indices, out);
      out.forEach((_, at) => {
        if (missing(indices[Math.floor(at / size)], at % size)) out[at] = Number.NaN;
      });
    },
  };
}

describe.each(SHAPES)("against the sum over all paths: $config, $channels channels", (shape) => {
  const { config, channels, levels } = shape;
  const images = randomImages(6, channels, levels);
  const data = traitsOf(images);
  const values = randomValues(config, data, 4, 1.5);
  let model: LoadedModel;
  beforeAll(async () => {
    model = await load(config, data, values);
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
  /** One observation in three where they are whole, else any pixel. */
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

  test("the mean completion is the conditional expectation; given pixels stay as they are", async () => {
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

/** [K, D] mean of each value in each state. */
function meansOf(values: Values, states: number, levels = 0): number[] {
  const means = values.get("parameters.emission.mean");
  if (means !== undefined) return Array.from(means);
  const logits = values.get("parameters.emission.logits") as Float32Array;
  if (levels === 2) return Array.from(logits, (logit) => 1 / (1 + Math.exp(-logit)));
  return Array.from({ length: logits.length / levels }, (_, row) =>
    softmax(rowOf(values, "emission.logits", row, levels)).reduce(
      (sum, p, level) => sum + (p * level) / (levels - 1),
      0,
    ),
  ).slice(0, states * (logits.length / levels / states));
}

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
    const model = await load(config, data, randomValues(config, data, 2, 2));
    const { perImage } = await score(model, everyImage);
    const total = perImage.reduce((sum, nats) => sum + Math.exp(-nats), 0);
    expect(total).toBeCloseTo(1, 5);
    await model.release();
  });

  test.each(configs)("%o: samples come as often as the score says", async (config) => {
    const count = 40_000;
    const model = await load(config, data, randomValues(config, data, 2, 2));
    const { perImage } = await score(model, everyImage);
    const drawn = await sample(model, { count, draw: true, seed: 3 });
    expect(chiSquare(drawn.pixelsUnit, count, (index) => Math.exp(-perImage[index]))).toBeLessThan(
      1,
    );
    await model.release();
  });

  test.each(configs)("%o: completions come as often as the posterior says", async (config) => {
    const repeats = 40_000;
    const model = await load(config, data, randomValues(config, data, 2, 2));
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

/** The χ² statistic over its 99.9 % point (Wilson–Hilferty), over outcomes expected at least 5 times. */
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

/** Sums of a pass over images, in float64, and what the maximisation makes of them. */
function passOf(config: Config, data: DataTraits) {
  const { fit } = hmm.build(hmm.config.parse(config), data);
  const [stage] = (fit as Fit).stages;
  const { result } = trace(new Variables(), false, (scope) =>
    stage.statistics(scope, fitInputs(data)),
  );
  return (values: StateValues, pixelsUnit: Float32Array, weights: Float32Array) => {
    const state = Object.fromEntries(values) as Record<string, Float32Array>;
    const found = interpret(result, { ...state, pixelsUnit, weights }, { B: weights.length });
    const sums = new Map(Object.entries(found).map(([name, { data: sum }]) => [name, sum]));
    return { sums, ...stage.maximise(sums, values) };
  };
}

describe.each(SHAPES)("Baum–Welch: $config, $channels channels", ({ config, channels, levels }) => {
  const images = randomImages(6, channels, levels);
  const data = traitsOf(images);
  const size = channels * 9;

  test("expected counts are those of the sum over all paths", async () => {
    const values = randomValues(config, data, 4, 1.5);
    const { pixelsUnit } = await readImages(images);
    const weights = Float32Array.of(1, 2, 0.5, 1, 0, 3);
    const { sums } = passOf(config, data)(values, pixelsUnit, weights);
    const states = config.states as number;
    const initial = new Float64Array(states);
    const transitions = new Float64Array(states * states);
    let logLikelihood = 0;
    weights.forEach((weight, image) => {
      const one = pixelsUnit.subarray(image * size, (image + 1) * size);
      const found = enumerate(values, levels ?? 0, observationsOf(config, data, one));
      logLikelihood += weight * Math.log(found.probability);
      for (let from = 0; from < states; from++) {
        initial[from] += weight * found.posteriors[0][from];
        for (let to = 0; to < states; to++) {
          transitions[from * states + to] += weight * found.moves[from][to];
        }
      }
    });
    expectClose(sums.get("initial"), initial, 9);
    expectClose(sums.get("transitions"), transitions, 9);
    expectClose(sums.get("logLikelihood"), [logLikelihood], 9);
  });

  test("a pass never lowers the likelihood, nor the posterior where there are pseudo-counts", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1e6 }),
        fc.constantFrom(0, 0.1, 1),
        fc.integer({ min: 1, max: 6 }),
        (seed, smoothing, count) => {
          const pass = passOf({ ...config, smoothing }, data);
          const pixels = new Float64Array(count * size);
          stream(seed, "pixels").uniform(pixels);
          const grid = (value: number) =>
            levels === undefined ? value : Math.floor(value * levels) / (levels - 1);
          const pixelsUnit = Float32Array.from(pixels, grid);
          const weights = new Float32Array(count).fill(1);
          let values: StateValues = randomValues(config, data, seed, 2);
          let before = Number.POSITIVE_INFINITY;
          for (let turn = 0; turn < 8; turn++) {
            const { metrics, ...next } = pass(values, pixelsUnit, weights);
            // Parameters are kept in float32 but for Gaussians: that is what a pass may lose.
            expect(metrics.loss).toBeLessThan(before + 2e-5);
            before = metrics.loss;
            values = new Map([...values, ...next.values]);
          }
        },
      ),
      { numRuns: 15 },
    );
  });
});

function expectClose(
  found: ArrayLike<number> | undefined,
  expected: ArrayLike<number>,
  digits: number,
) {
  expect(found?.length).toBe(expected.length);
  for (const [at, value] of Array.from(expected).entries()) {
    expect(found?.[at]).toBeCloseTo(value, digits);
  }
}
