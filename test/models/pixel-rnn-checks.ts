import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type AnnotationTensors,
  classCount,
  classLabels,
  numberedClasses,
} from "../../src/core/annotations.js";
import type { Batch, DataTraits } from "../../src/core/batch.js";
import { hostOf } from "../../src/core/capabilities/batches.js";
import { complete } from "../../src/core/capabilities/complete.js";
import { sample } from "../../src/core/capabilities/sample.js";
import { score } from "../../src/core/capabilities/score.js";
import type { TracedScore } from "../../src/core/capability.js";
import { parseConfig } from "../../src/core/config.js";
import { ConfigError } from "../../src/core/errors.js";
import { type LoadedModel, loadModel } from "../../src/core/loaded-model.js";
import type { ModelDefinition } from "../../src/core/model.js";
import { variablesOf } from "../../src/core/state.js";
import { binarise } from "../../src/data/binarise.js";
import { arraySet, type ImageSet } from "../../src/data/image-set.js";
import { loadDataset } from "../../src/data/load-dataset.js";
import {
  dependencyMatrix,
  evaluate,
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
import type { Scope } from "../../src/nn/scope.js";
import { openDevice } from "../../src/runtime/device.js";
import type { Device } from "../../src/runtime/program.js";
import { stream } from "../../src/runtime/random.js";
import { flatten } from "../../src/tensor/ops/rearrange.js";
import type { Tensor } from "../../src/tensor/tensor.js";
import { independentNll } from "./independent-nll.js";
import {
  drawPatterns,
  everyPattern,
  patternCrossEntropy,
  patternEntropy,
  patternIgnorance,
} from "./patterns.js";
import { trainSmall } from "./train-small.js";

type Config = Readonly<Record<string, unknown>>;

/** A kind of PixelRNN, and what its tests need. */
export interface PixelRnnUnderTest<N extends Network> {
  readonly definition: ModelDefinition;
  readonly recurrence: Recurrence<N>;
  readonly byHand: LayerByHand;
  networkOf(config: Config, data: DataTraits): N;
}

export const binary = (height: number, width: number, channels = 1): DataTraits => ({
  channels,
  height,
  width,
  binary: true,
  levels: 2,
  annotations: {},
});

/** A network's outputs for each variable of a batch: [B, C · H · W, …], for heads with a run per channel. */
function parametersOf<N extends Network>(
  { recurrence, networkOf }: PixelRnnUnderTest<N>,
  config: Config,
  data: DataTraits,
) {
  const network = networkOf(config, data);
  return (scope: Scope, embedded: Tensor, annotations: AnnotationTensors) =>
    pixelParameters(scope, network, recurrence.overImages, embedded, annotations);
}

/** How each variable's parameters depend on each variable. */
export function dependenciesOf<N extends Network>(
  subject: PixelRnnUnderTest<N>,
  config: Config,
  data: DataTraits,
): number[][] {
  const { head } = subject.networkOf(config, data);
  const parameters = parametersOf(subject, config, data);
  return dependencyMatrix(
    (scope, { pixelsUnit, annotations }) =>
      flatten(parameters(scope.child("network"), head.embed(pixelsUnit), annotations)),
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

/** Timeout for training on a busy machine. */
const TRAINING_MS = 120_000;

const small = binary(3, 3);

function setOf(pixelsUnit: Float32Array, { channels, height, width }: DataTraits): ImageSet {
  const info = { name: "made", source: "made", split: "train", channels, height, width };
  return arraySet({ ...info, levels: 2 }, Uint8Array.from(pixelsUnit));
}

/** Labels that cycle through the classes. */
const classesInTurn = ({ annotations }: DataTraits, count: number) => ({
  class: Int32Array.from(
    { length: count },
    (_, image) => image % Math.max(1, classCount(annotations)),
  ),
});

/** Tests that every PixelRNN must pass. */
export function checkPixelRnn<N extends Network>(subject: PixelRnnUnderTest<N>): void {
  const { definition, byHand, networkOf } = subject;
  const tiny = { hidden: 4, layers: 2, firstKernel: 3, outputFeatures: 6 };
  let device: Device;
  beforeAll(async () => {
    device = await openDevice({ host: "inline" });
  });
  afterAll(() => device.close());

  const buildScore = (config: Config, data: DataTraits) => {
    const model = definition.build(definition.config.parse(config), data);
    return (scope: Scope, batch: Batch) =>
      (model.capabilities.score as TracedScore).trace(scope, batch, 1);
  };

  /** A model with large random weights. */
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

  describe("a distribution of binary images of 3×3", () => {
    let model: LoadedModel;
    beforeAll(async () => {
      const images = await drawPatterns(4000);
      const rule = { steps: 600, learningRate: 0.01 };
      model = await trainSmall({ definition, device, images, config: tiny, ...rule });
    }, TRAINING_MS);
    afterAll(() => model.release());

    test("the probabilities of all 512 images sum to 1, before training and after", async () => {
      const build = buildScore(tiny, small);
      expect(Math.abs(totalProbability(build, small) - 1)).toBeLessThan(1e-9);
      const values = (await model.values()) as Values;
      expect(Math.abs(totalProbability(build, small, values) - 1)).toBeLessThan(1e-9);
      const { perImage, kind } = await score(model, everyPattern);
      const total = perImage.reduce((sum, nats) => sum + Math.exp(-nats), 0);
      expect(Math.abs(total - 1)).toBeLessThan(1e-6);
      expect(kind).toBe("exact");
    });

    test("it learns, and does not beat the entropy of the data", async () => {
      const { perImage } = await score(model, everyPattern);
      const crossEntropy = patternCrossEntropy(perImage);
      expect(crossEntropy).toBeGreaterThan(patternEntropy);
      const learnable = patternIgnorance - patternEntropy;
      expect(crossEntropy - patternEntropy).toBeLessThan(0.05 * learnable);
    });

    test("samples are drawn from it: their score is its entropy, within the sampling error", async () => {
      const { perImage } = await score(model, everyPattern);
      const entropy = perImage.reduce((sum, nats) => sum + Math.exp(-nats) * nats, 0);
      const square = perImage.reduce((sum, nats) => sum + Math.exp(-nats) * nats ** 2, 0);
      const count = 4000;
      const { pixelsUnit } = await sample(model, { count, seed: 2 });
      const { value } = await score(model, setOf(pixelsUnit, small));
      const error = Math.sqrt((square - entropy ** 2) / count);
      expect(Math.abs(value - entropy)).toBeLessThan(4 * error);
    });
  });

  test("the score agrees with loops over pixels and neighbours in float64", () => {
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
  ])(
    "no variable depends on itself or a later one: $channels channels, $head",
    ({ channels, head }) => {
      const data = binary(3, 4, channels);
      // Enough rectifiers that one is active even for the first pixels, which have few inputs.
      const config = { ...tiny, hidden: 6, outputFeatures: 24, head };
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
    },
  );

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
    {
      name: "of classes",
      config: { conditional: true },
      data: { ...binary(5, 4), annotations: numberedClasses(3) },
    },
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
      "equals a whole pass for each pixel, bit for bit, at temperature %d",
      async (temperature) => {
        const { pixelsUnit } = await sample(model, {
          count: 7,
          seed: 5,
          temperature,
          batchSize: 3,
        });
        const annotations = classesInTurn(data, 7);
        const request = { size: 7, first: 0, seed: 5, temperature, draw: true, annotations };
        const { head } = networkOf(config, data);
        const whole = { head, image: data, parametersOf: parametersOf(subject, config, data) };
        const naive = await drawByWholePasses(hostOf(model), whole, request);
        expect(pixelsUnit).toEqual(naive);
      },
    );

    test("a completion keeps given pixels, and continues like a sample", async () => {
      const { pixelsUnit } = await sample(model, { count: 6, seed: 9 });
      const { channels, height, width, annotations: traits } = data;
      const plane = height * width;
      const source = {
        count: 6,
        ...(traits.class && {
          annotations: classLabels(classesInTurn(data, 6).class, traits.class.names),
        }),
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

  test("the classes of a conditional model have their own distributions", async () => {
    const data = { ...small, annotations: numberedClasses(2) };
    const model = await randomModel({ ...tiny, conditional: true }, data);
    const totals = await Promise.all(
      [0, 1].map(async (label) => {
        const source = {
          ...everyPattern,
          annotations: classLabels(new Int32Array(512).fill(label), ["0", "1"]),
        };
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
      const config = { hidden: 8, layers: 1, firstKernel: 5, outputFeatures: 16 };
      const rule = { steps: 350, batchSize: 32, learningRate: 0.006 };
      const model = await trainSmall({ definition, device, images, config, ...rule });
      const { value } = await score(model, unseen);
      await model.release();
      expect(value).toBeLessThan((await independentNll(images, unseen)) - 2);
    },
    TRAINING_MS,
  );

  test("bad settings are refused with a remedy", () => {
    const build = (config: Config, data = small) =>
      definition.build(parseConfig(definition.config, config, definition.id), data);
    expect(() => build({ firstKernel: 4 })).toThrow("firstKernel=4 has no centre");
    expect(() => build({ conditional: true })).toThrow("these have no labels");
    expect(() => build({ hidden: 8 }, binary(3, 3, 3))).toThrow("use a multiple of 3");
    expect(() => build({ head: "binary" }, { ...grey })).toThrow(ConfigError);
    expect(() => build({ layers: 0 })).toThrow(ConfigError);
    expect(() => build({ noSuchKey: 1 })).toThrow(ConfigError);
  });

  test("it explains itself", () => {
    const model = definition.build(definition.config.parse({}), small);
    expect(model.explain?.()).toContain("p(x) = ∏ᵢ p(xᵢ | x₁, …, xᵢ₋₁)");
  });
}

/** The settings without the image size. */
function settingsOf({ height: _, width: __, ...config }: Config): Config {
  return config;
}
