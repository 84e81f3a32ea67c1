import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hostOf } from "../../src/core/capabilities/batches.js";
import { complete } from "../../src/core/capabilities/complete.js";
import { sample } from "../../src/core/capabilities/sample.js";
import { score } from "../../src/core/capabilities/score.js";
import { parseConfig } from "../../src/core/config.js";
import { ConfigError } from "../../src/core/errors.js";
import { type LoadedModel, loadModel } from "../../src/core/loaded-model.js";
import type { DataTraits, ModelDefinition } from "../../src/core/model.js";
import { variablesOf } from "../../src/core/state.js";
import { batchPlan } from "../../src/data/batch-plan.js";
import { binarise } from "../../src/data/binarise.js";
import { dataSpecOf, dataTraits } from "../../src/data/data-spec.js";
import { arraySet, type ImageSet, readImages } from "../../src/data/image-set.js";
import { loadDataset } from "../../src/data/load-dataset.js";
import {
  dependencyMatrix,
  evaluate,
  everyImage,
  totalProbability,
  type Values,
} from "../../src/models/autoregressive/dependency.testing.js";
import { drawByWholePasses } from "../../src/models/autoregressive/naive.testing.js";
import {
  type LayerByHand,
  nllByHand,
} from "../../src/models/autoregressive/pixel-rnn/by-hand.testing.js";
import {
  type Network,
  pixelParameters,
} from "../../src/models/autoregressive/pixel-rnn/network.js";
import type { Recurrence } from "../../src/models/autoregressive/pixel-rnn/programs.js";
import { adam } from "../../src/nn/index.js";
import type { Scope } from "../../src/nn/scope.js";
import { openDevice } from "../../src/runtime/device.js";
import type { Device } from "../../src/runtime/program.js";
import { stream } from "../../src/runtime/random.js";
import { flatten } from "../../src/tensor/ops/rearrange.js";
import type { Tensor } from "../../src/tensor/tensor.js";
import { createTrainer } from "../../src/training/trainer.js";

type Config = Readonly<Record<string, unknown>>;

/** A kind of PixelRNN, and what its tests need to know of it. */
export interface PixelRnnSubject<N extends Network> {
  readonly definition: ModelDefinition;
  readonly recurrence: Recurrence<N>;
  readonly byHand: LayerByHand;
  networkOf(config: Config, data: DataTraits): N;
}

export const binary = (height: number, width: number, channels = 1): DataTraits => ({
  ...{ channels, height, width },
  ...{ binary: true, levels: 2, classes: 0 },
});

/** What a network says of each variable of a batch: [B, C · H · W, …], for heads of a run a channel. */
export function parametersOf<N extends Network>(
  { recurrence, networkOf }: PixelRnnSubject<N>,
  config: Config,
  data: DataTraits,
) {
  const network = networkOf(config, data);
  return (scope: Scope, embedded: Tensor, labels: Tensor) =>
    pixelParameters(scope, network, recurrence.overImages, embedded, labels);
}

/** On which variables the parameters of which variable depend. */
export function dependenciesOf<N extends Network>(
  subject: PixelRnnSubject<N>,
  config: Config,
  data: DataTraits,
): number[][] {
  const { head } = subject.networkOf(config, data);
  const parameters = parametersOf(subject, config, data);
  return dependencyMatrix(
    (scope, { pixelsUnit, labels }) =>
      flatten(parameters(scope.child("network"), head.embed(pixelsUnit), labels)),
    data,
  );
}

/** Whether variable `j` of images [C, H, W] comes before `i`: pixel by pixel, then channel by channel. */
export function isBefore({ height, width }: DataTraits, j: number, i: number): boolean {
  const plane = height * width;
  const place = (variable: number) => [variable % plane, Math.floor(variable / plane)];
  const [[pixel, channel], [other, otherChannel]] = [place(j), place(i)];
  return pixel < other || (pixel === other && channel < otherChannel);
}

/** On a busy machine. */
const TRAINING_MS = 120_000;

/** Four patterns of nine pixels, each pixel of which is flipped with a known probability. */
const PATTERNS = ["111000000", "000111000", "000000111", "100100100"];
const FLIP = 0.05;

function probabilityOf(image: ArrayLike<number>): number {
  const each = PATTERNS.map((pattern) =>
    [...pattern].reduce(
      (product, bit, pixel) => product * (Number(bit) === image[pixel] ? 1 - FLIP : FLIP),
      1,
    ),
  );
  return each.reduce((sum, probability) => sum + probability, 0) / PATTERNS.length;
}

const small = binary(3, 3);
const all = everyImage(small);
const imageAt = (index: number) => all.subarray(index * 9, index * 9 + 9);
const probabilities = Float64Array.from({ length: 512 }, (_, index) =>
  probabilityOf(imageAt(index)),
);

function setOf(pixelsUnit: Float32Array, { channels, height, width }: DataTraits): ImageSet {
  const info = { name: "made", source: "made", split: "train", channels, height, width };
  return arraySet({ ...info, levels: 2 }, Uint8Array.from(pixelsUnit));
}

function patterns(count: number): ImageSet {
  const drawn = new Uint32Array(count);
  const rows = new Float64Array(count * 512);
  for (let row = 0; row < count; row++) rows.set(probabilities.map(Math.log), row * 512);
  stream(5, "patterns").categorical(drawn, rows, 512);
  const pixels = Array.from(drawn, (index) => Array.from(imageAt(index))).flat();
  return setOf(Float32Array.from(pixels), small);
}

/** Everything that holds for every PixelRNN. */
export function checkPixelRnn<N extends Network>(subject: PixelRnnSubject<N>): void {
  const { definition, byHand, networkOf } = subject;
  const tiny = { hidden: 4, layers: 2, firstKernel: 3, outputFeatures: 6 };
  let device: Device;
  beforeAll(async () => {
    device = await openDevice({ host: "inline" });
  });
  afterAll(() => device.close());

  const buildScore = (config: Config, data: DataTraits) => {
    const model = definition.build(definition.config.parse(config), data);
    return (scope: Scope, batch: { pixelsUnit: Tensor; labels: Tensor }) =>
      model.capabilities.score!.trace(scope, batch, 1);
  };

  /** A model with weights far from zero, drawn at random. */
  async function randomModel(config: Config, data: DataTraits): Promise<LoadedModel> {
    const parsed = definition.config.parse(config);
    const variables = variablesOf(definition.build(parsed, data), data);
    const values = variables.list().map(({ path, shape }): [string, Float32Array] => {
      const drawn = new Float64Array(shape.reduce((product, dim) => product * dim, 1));
      stream(11, path).normal(drawn);
      return [`parameters.${path}`, Float32Array.from(drawn, (value) => value / 2)];
    });
    return loadModel(definition, parsed, data, device, new Map(values));
  }

  async function trained(
    images: ImageSet,
    config: Config,
    options: { steps: number; batchSize: number; rate: (step: number) => number },
  ): Promise<LoadedModel> {
    const { steps, batchSize, rate } = options;
    const data = dataTraits(dataSpecOf(images));
    const parsed = definition.config.parse(config);
    const model = definition.build(parsed, data);
    const rule = { optimizer: adam(), clipNorm: 1, ema: 0.99 };
    const trainer = await createTrainer({ model, data, device, rule, batchSize, seed: 3 });
    const plan = batchPlan({ count: images.count, batchSize, seed: 3 });
    for (let step = 0; step < steps; step++) {
      const { pixelsUnit } = await readImages(images, plan.indices(step));
      await trainer.step({ pixelsUnit }, step, rate(step));
    }
    const loaded = await loadModel(definition, parsed, data, device, await trainer.weights());
    await trainer.release();
    return loaded;
  }

  describe("a distribution of binary images of 3×3", () => {
    let model: LoadedModel;
    beforeAll(async () => {
      const options = { steps: 500, batchSize: 64, rate: (step: number) => 0.03 * 0.993 ** step };
      model = await trained(patterns(4000), tiny, options);
    }, TRAINING_MS);
    afterAll(() => model.release());

    test("the probabilities of all 512 images sum to 1, before training and after", async () => {
      const build = buildScore(tiny, small);
      expect(Math.abs(totalProbability(build, small) - 1)).toBeLessThan(1e-9);
      const values = (await model.values()) as Values;
      expect(Math.abs(totalProbability(build, small, values) - 1)).toBeLessThan(1e-9);
      const { perImage, kind } = await score(model, setOf(all, small));
      const total = perImage.reduce((sum, nats) => sum + Math.exp(-nats), 0);
      expect(Math.abs(total - 1)).toBeLessThan(1e-6);
      expect(kind).toBe("exact");
    });

    test("it learns, and does not beat the entropy of the data", async () => {
      const { perImage } = await score(model, setOf(all, small));
      let [entropy, crossEntropy] = [0, 0];
      probabilities.forEach((probability, index) => {
        entropy -= probability * Math.log(probability);
        crossEntropy += probability * perImage[index];
      });
      expect(crossEntropy).toBeGreaterThan(entropy);
      expect(crossEntropy - entropy).toBeLessThan(0.05 * (9 * Math.LN2 - entropy));
    });

    test("samples are drawn from it: their score is its entropy, within the sampling error", async () => {
      const { perImage } = await score(model, setOf(all, small));
      const entropy = perImage.reduce((sum, nats) => sum + Math.exp(-nats) * nats, 0);
      const square = perImage.reduce((sum, nats) => sum + Math.exp(-nats) * nats ** 2, 0);
      const count = 4000;
      const { pixelsUnit } = await sample(model, { count, seed: 2 });
      const { value } = await score(model, setOf(pixelsUnit, small));
      const error = Math.sqrt((square - entropy ** 2) / count);
      expect(Math.abs(value - entropy)).toBeLessThan(4 * error);
    });
  });

  test("the score is that of loops over pixels and neighbours, in float64", () => {
    const shape = { height: 4, width: 5, hidden: 3, layers: 2, firstKernel: 5 };
    const data = binary(shape.height, shape.width);
    const config = { ...shape, outputFeatures: 4 };
    const parsed = parseConfig(definition.config, settingsOf(config), definition.id);
    const variables = variablesOf(definition.build(parsed, data), data);
    const values = new Map(
      variables.list().map(({ path, shape: dims }): [string, Float64Array] => {
        const drawn = new Float64Array(dims.reduce((product, dim) => product * dim, 1));
        stream(4, path).normal(drawn);
        return [`parameters.${path}`, drawn.map((value) => value / 2)];
      }),
    );
    const images = new Float64Array(6 * 20);
    stream(1, "images").bernoulli(images, 0.5);
    const { data: nats } = evaluate(buildScore(settingsOf(config), data), data, images, values);
    for (let image = 0; image < 6; image++) {
      const pixels = images.subarray(image * 20, image * 20 + 20);
      expect(nats[image]).toBeCloseTo(nllByHand({ ...shape, values }, byHand, pixels), 9);
    }
  });

  test.each([
    { channels: 1, head: "binary" },
    { channels: 3, head: "binary" },
    { channels: 2, head: "categorical" },
  ])("no variable sees itself or one after it: $channels channels, $head", ({ channels, head }) => {
    const data = binary(3, 4, channels);
    const config = { ...tiny, hidden: 6, head };
    const outputs = networkOf(config, data).head.outputs / channels;
    const matrix = dependenciesOf(subject, config, data);
    const variables = channels * 12;
    for (let row = 0; row < variables * outputs; row++) {
      // Parameters are [C · outputs, H, W]; the variable is [C, H, W].
      const i = Math.floor(row / 12 / outputs) * 12 + (row % 12);
      for (let j = 0; j < variables; j++) {
        if (!isBefore(data, j, i)) expect(matrix[row][j]).toBe(0);
      }
      const anySeen = matrix[row].some((value) => value > 0);
      expect(anySeen).toBe(i > 0);
    }
  });

  const grey: DataTraits = { ...binary(4, 5), binary: false, levels: 8 };
  const samplers: readonly { name: string; config: Config; data: DataTraits }[] = [
    { name: "binary", config: {}, data: binary(5, 4) },
    { name: "binary, three channels", config: {}, data: binary(3, 4, 3) },
    { name: "softmax over 8 levels", config: {}, data: grey },
    { name: "mixture of logistics", config: { head: "logistic", components: 3 }, data: grey },
    {
      name: "mixture of logistics, colour",
      config: { head: "logistic", components: 3 },
      data: { ...grey, channels: 3 },
    },
    { name: "of classes", config: { conditional: true }, data: { ...binary(5, 4), classes: 3 } },
    { name: "one row", config: {}, data: binary(1, 6) },
    { name: "one column", config: {}, data: binary(6, 1) },
  ];

  describe.each(samplers)("sampling: $name", ({ config: settings, data }) => {
    const config = { ...tiny, hidden: 6, ...settings };
    let model: LoadedModel;
    beforeAll(async () => {
      model = await randomModel(config, data);
    });
    afterAll(() => model.release());

    test.each([0.7, 0])(
      "is a whole pass for each pixel, bit for bit, at temperature %d",
      async (temperature) => {
        const { pixelsUnit } = await sample(model, {
          count: 7,
          seed: 5,
          temperature,
          batchSize: 3,
        });
        const labels = Int32Array.from(
          { length: 7 },
          (_, index) => index % Math.max(1, data.classes),
        );
        const request = { size: 7, first: 0, seed: 5, temperature, draw: true, labels };
        const { head } = networkOf(config, data);
        const passes = parametersOf(subject, config, data);
        const naive = await drawByWholePasses(hostOf(model), head, data, request, passes);
        expect(pixelsUnit).toEqual(naive);
      },
    );

    test("a completion leaves given pixels as they are, and goes on as a sample would", async () => {
      const { pixelsUnit } = await sample(model, { count: 6, seed: 9 });
      const { channels, height, width, classes } = data;
      const plane = height * width;
      const source = {
        count: 6,
        labels: Int32Array.from({ length: 6 }, (_, index) => index % Math.max(1, classes)),
        read(indices: ArrayLike<number>, out: Float32Array) {
          Array.from(indices).forEach((image, at) => {
            const length = channels * plane;
            out.set(pixelsUnit.subarray(image * length, (image + 1) * length), at * length);
          });
        },
      };
      const prefix = Uint8Array.from({ length: plane }, (_, at) => (at < plane / 2 ? 1 : 0));
      const again = await complete(model, source, { known: prefix, seed: 9 });
      expect(again.pixelsUnit).toEqual(pixelsUnit);

      const scattered = Uint8Array.from({ length: plane }, (_, at) => (at % 3 === 1 ? 1 : 0));
      const filled = await complete(model, source, { known: scattered, seed: 10 });
      filled.pixelsUnit.forEach((value, index) => {
        if (scattered[index % plane] === 1) expect(value).toBe(pixelsUnit[index]);
      });
      expect(filled.pixelsUnit).not.toEqual(pixelsUnit);
    });
  });

  test("the classes of a conditional model have distributions of their own", async () => {
    const data = { ...small, classes: 2 };
    const model = await randomModel({ ...tiny, conditional: true }, data);
    const totals = await Promise.all(
      [0, 1].map(async (label) => {
        const source = { ...setOf(all, small), labels: new Int32Array(512).fill(label) };
        return (await score(model, source)).perImage;
      }),
    );
    for (const nats of totals) {
      expect(nats.reduce((sum, value) => sum + Math.exp(-value), 0)).toBeCloseTo(1, 5);
    }
    expect(totals[0]).not.toEqual(totals[1]);
    await model.release();
  });

  test(
    "learning gate on real digits: far more probable than with independent pixels",
    async () => {
      const binarisation = { mode: "fixed", seed: 0 } as const;
      const images = binarise(await loadDataset("digits"), binarisation);
      const unseen = binarise(await loadDataset("digits", { split: "test" }), binarisation);
      const model = await trained(
        images,
        { hidden: 8, layers: 1, firstKernel: 5, outputFeatures: 16 },
        { steps: 350, batchSize: 32, rate: (step) => 0.02 * 0.994 ** step },
      );
      const { value } = await score(model, unseen);
      await model.release();
      expect(value).toBeLessThan((await independentNll(images, unseen)) - 2);
    },
    TRAINING_MS,
  );

  test("bad settings are refused with what to do", () => {
    const build = (config: Config, data = small) =>
      definition.build(parseConfig(definition.config, config, definition.id), data);
    expect(() => build({ firstKernel: 4 })).toThrow("firstKernel=4 has no centre");
    expect(() => build({ conditional: true })).toThrow("these have no labels");
    expect(() => build({ hidden: 8 }, binary(3, 3, 3))).toThrow("name a multiple of 3");
    expect(() => build({ head: "binary" }, { ...grey })).toThrow(ConfigError);
    expect(() => build({ layers: 0 })).toThrow(ConfigError);
    expect(() => build({ noSuchKey: 1 })).toThrow(ConfigError);
  });

  test("it explains itself", () => {
    const model = definition.build(definition.config.parse({}), small);
    expect(model.explain?.()).toContain("p(x) = Π p(xᵢ | x₁, …, xᵢ₋₁)");
  });
}

/** Settings without the size of the images. */
function settingsOf({ height: _, width: __, ...config }: Config): Config {
  return config;
}

/** Nats of images when each pixel is drawn by its own frequency. */
async function independentNll(train: ImageSet, unseen: ImageSet): Promise<number> {
  const [known, others] = [await readImages(train), await readImages(unseen)];
  const on = new Float64Array(64).fill(0.5);
  known.pixelsUnit.forEach((value, index) => {
    on[index % 64] += value;
  });
  const nats = Array.from(others.pixelsUnit, (value, index) => {
    const p = on[index % 64] / (known.count + 1);
    return -Math.log(value === 1 ? p : 1 - p);
  });
  return nats.reduce((sum, value) => sum + value, 0) / others.count;
}
