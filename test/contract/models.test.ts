import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ConfigError } from "../../src/core/errors.js";
import { densityFor, type Model, type ModelDefinition } from "../../src/core/model.js";
import {
  arraySet,
  binarise,
  dataSpecOf,
  dataTraits,
  type ImageSet,
  loadDataset,
  readImages,
} from "../../src/data/index.js";
import { findModel, models } from "../../src/models/index.js";
import { type Device, openDevice } from "../../src/runtime/index.js";
import { checkModel } from "./check-model.js";
import { given, partOf } from "./part-of.js";

/** What a model is checked with besides its defaults on binary digits of 8×8. */
interface Plan {
  /** Side of the square that is cut from the middle of the digits, for models of few variables. */
  readonly side?: number;
  /** True for digits with their grey values. */
  readonly grey?: boolean;
  /** Settings that make the defaults cheap enough to be asked many times. */
  readonly defaults?: Record<string, unknown>;
  /** Configurations that reach what the defaults leave out. */
  readonly variants?: readonly Record<string, unknown>[];
  /** Configurations of a model that is made with a part. */
  readonly hosts?: readonly Host[];
}

interface Host {
  readonly part: string;
  /** The part's model and settings. */
  readonly of: { readonly model: string; readonly config: Record<string, unknown> };
  readonly config: Record<string, unknown>;
}

/** An encoder whose weights are few. */
const encoder = { part: "encoder", of: { model: "vae", config: { hidden: [6], latent: 3 } } };

const plans: Readonly<Record<string, Plan>> = {
  vae: {
    variants: [
      { hidden: [32, 16], latent: 3, activation: "gated", beta: 0.5, warmup: 10 },
      { architecture: "conv", channels: [4, 6], hidden: [], latent: 3 },
      { architecture: "conv", channels: [4], activation: "gated", likelihood: "gaussian", std: 0 },
      { hidden: [], latent: 2, likelihood: "gaussian" },
    ],
  },
  nade: {
    variants: [
      { hidden: 16, activation: "sigmoid", block: 21 },
      { hidden: 16, head: "mixture", components: 2, dequantise: false, block: 32 },
    ],
  },
  pixelcnn: { variants: [{ gated: true, features: 8, layers: 2, conditional: true }] },
  boltzmann: {
    defaults: { hidden: 20, meanField: 5, betas: 60, sampleSteps: 10 },
    variants: [
      { hidden: 0, betas: 60, sampleSteps: 10 },
      {
        hidden: 9,
        visibleHidden: "local",
        hiddenHidden: "full",
        betas: 60,
        sampleSteps: 10,
        centred: false,
        weightDecay: 0.01,
        k: 2,
      },
    ],
  },
  rbm: {
    defaults: { betas: 200, sampleSteps: 20 },
    variants: [
      { betas: 200, sampleSteps: 20, negative: "cd", k: 2, centred: true, weightDecay: 0.01 },
      { hidden: 30, betas: 200, sampleSteps: 20, visible: "gaussian" },
    ],
  },
  table: { side: 3 },
  gaussian: { grey: true },
  gmm: {
    grey: true,
    variants: [
      { components: 3, covariance: "tied" },
      { components: 2, conditional: true },
    ],
  },
  classifier: {
    grey: true,
    defaults: { channels: [4, 6], hidden: [7] },
    variants: [
      { channels: [4], hidden: [], normalisation: "group", activation: "silu", smoothing: 0.1 },
      { architecture: "mlp", hidden: [9, 7], dropout: 0.3 },
      { architecture: "mlp", hidden: [] },
    ],
    hosts: [
      { ...encoder, config: { hidden: [5] } },
      { ...encoder, config: { hidden: [], finetune: true } },
    ],
  },
};

let device: Device;
let digits: ImageSet;

beforeAll(async () => {
  device = await openDevice({ host: "inline" });
  digits = await loadDataset("digits");
});

afterAll(() => device.close());

/** The digits as a model is checked with them. */
async function imagesFor({ side, grey = false }: Plan): Promise<ImageSet> {
  const images = grey ? digits : binarise(digits, { mode: "fixed", seed: 0 });
  return side === undefined ? images : middleOf(images, side);
}

/** A square from the middle of each image. */
async function middleOf(images: ImageSet, side: number): Promise<ImageSet> {
  const { pixelsUnit, count, height, width } = await readImages(images);
  const [top, left] = [(height - side) >> 1, (width - side) >> 1];
  const cut = Float32Array.from({ length: count * side * side }, (_, at) => {
    const [image, y, x] = [Math.floor(at / side ** 2), Math.floor(at / side) % side, at % side];
    return pixelsUnit[(image * height + top + y) * width + left + x];
  });
  return arraySet({ ...images, height: side, width: side }, cut);
}

describe.each(models.map((definition) => [definition.id, definition] as const))(
  "%s keeps the contract",
  (id, definition) => {
    const plan = plans[id] ?? {};
    test.each([plan.defaults ?? {}, ...(plan.variants ?? [])])("with %j", async (config) => {
      const images = await imagesFor(plan);
      expect(await checkModel({ definition, config, images, device })).toEqual([]);
    });
    for (const { part, of, config } of plan.hosts ?? []) {
      test(`with ${JSON.stringify(config)} and a ${of.model} as its ${part}`, async () => {
        const images = await imagesFor(plan);
        const traits = dataTraits(dataSpecOf(images));
        const made = await partOf(part, findModel(of.model), traits, of.config);
        const subject = { definition, config, images, device };
        const hosted = given(definition, config, traits, made);
        expect(await checkModel({ ...subject, ...hosted })).toEqual([]);
      });
    }
  },
);

/** A model for images as large as it takes them; none where it takes no pixels of so many levels. */
function builtFor(definition: ModelDefinition, levels: number): Model | undefined {
  for (const side of [28, 2]) {
    const data = {
      channels: 1,
      height: side,
      width: side,
      binary: levels === 2,
      levels,
      annotations: {},
    };
    try {
      return definition.build(definition.config.parse({}), data);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
    }
  }
  return undefined;
}

test.each(
  models.flatMap((definition) => [2, 17].map((levels) => [definition.id, levels] as const)),
)("what %s says of its scores of pixels of %i levels is what they are", (id, levels) => {
  const definition = findModel(id);
  const score = builtFor(definition, levels)?.capabilities.score;
  if (score === undefined) return;
  expect(score.kind(score.defaultSamples ?? 1)).toBe(densityFor(definition, { levels }));
});
