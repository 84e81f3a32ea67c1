import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ConfigError } from "../../src/core/errors.js";
import {
  densityFor,
  exampleParts,
  type Model,
  type ModelDefinition,
} from "../../src/core/model.js";
import { captionAnnotation } from "../../src/core/text.js";
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
import type { Device } from "../../src/runtime/index.js";
import { checkModel } from "./check-model.js";
import { given, partOf } from "./part-of.js";
import { openSharingDevice } from "./sharing-device.js";
import { type ModelUnderTest, resolve } from "./subject.js";

/** What a model is checked with besides its defaults on binary digits of 8×8. */
interface Plan {
  /** Side of the square that is cut from the middle of the digits, for models of few variables. */
  readonly side?: number;
  /** True for digits with their grey values. */
  readonly grey?: boolean;
  /** What the images are known by, in place of the digit that they show. */
  readonly known?: Known;
  /** Settings that make the defaults cheap enough to be asked many times. */
  readonly defaults?: Record<string, unknown>;
  /** Configurations that reach what the defaults leave out. */
  readonly variants?: readonly Record<string, unknown>[];
  /** The part without which there is no model. */
  readonly needs?: Omit<Host, "config">;
  /** Configurations of a model that is made with a part. */
  readonly hosts?: readonly Host[];
  /** How colour images that are no square are taken, or why they are refused. */
  readonly colour: ColourPlan;
}

const NAMES = ["nought", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];

/** `halves` are two classes, for models of two domains. */
type Known = "halves" | "attributes" | "captions";

interface ColourPlan {
  /** Values that a pixel can have; 4 by default. */
  readonly levels?: number;
  readonly config?: Record<string, unknown>;
  /** What the message says of a model that takes no such images. */
  readonly refused?: RegExp;
}

interface Host {
  readonly part: string;
  /** The part's model and settings. */
  readonly of: { readonly model: string; readonly config: Record<string, unknown> };
  readonly config: Record<string, unknown>;
}

/** An encoder whose weights are few. */
const encoder = { part: "encoder", of: { model: "vae", config: { hidden: [6], latent: 3 } } };

/** Networks of text-gan whose weights are few. */
const textGan = {
  latent: 3,
  text: 4,
  heads: 2,
  condition: 3,
  channels: [4, 5],
  discriminator: [4, 5],
};

/** Networks of puzzle-gan whose weights are few. */
const puzzleGan = {
  embedding: 6,
  part: [4, 5],
  layout: [5, 4],
  match: 3,
  latent: 3,
  channels: [4, 5],
  blocks: 1,
  discriminator: [4, 5],
};

/** A tokeniser whose weights are few; its logit-Laplace likelihood takes colour, too. */
const tokeniser = {
  part: "tokeniser",
  of: { model: "dvae", config: { channels: [4], codes: 9, embedding: 3 } },
};

const plans: Readonly<Record<string, Plan>> = {
  table: { side: 3, colour: { refused: /table would need .* free parameters.*smaller images/ } },
  independent: { colour: {} },
  markov: { colour: {} },
  "bernoulli-mixture": { colour: { levels: 2, config: { components: 3 } } },
  gaussian: { grey: true, colour: {} },
  gmm: {
    grey: true,
    variants: [
      { components: 3, covariance: "tied" },
      { components: 2, conditional: true },
    ],
    colour: { config: { components: 2, covariance: "diagonal" } },
  },
  rbm: {
    defaults: { betas: 200, sampleSteps: 20 },
    variants: [
      { betas: 200, sampleSteps: 20, negative: "cd", k: 2, centred: true, weightDecay: 0.01 },
      { hidden: 30, betas: 200, sampleSteps: 20, visible: "gaussian" },
      { hidden: 30, betas: 100, sampleSteps: 20, conditional: true },
    ],
    colour: { config: { hidden: 30, betas: 100, sampleSteps: 10, visible: "gaussian" } },
  },
  hmm: {
    variants: [
      { states: 3, conditional: true },
      { states: 3, topology: "left-right", jump: 1 },
    ],
    colour: { config: { states: 3 } },
  },
  "row-lstm": { colour: { config: { hidden: 6, layers: 1, outputFeatures: 6 } } },
  "diagonal-bilstm": { colour: { config: { hidden: 6, layers: 1, outputFeatures: 6 } } },
  pixelcnn: {
    variants: [{ gated: true, features: 8, layers: 2, conditional: true }],
    colour: { config: { features: 6, layers: 1, outputFeatures: 6, conditional: true } },
  },
  nade: {
    variants: [
      { hidden: 16, activation: "sigmoid", block: 21 },
      { hidden: 16, head: "mixture", components: 2, dequantise: false, block: 32 },
      { hidden: 16, conditional: true },
    ],
    colour: { config: { hidden: 8, components: 2, block: 96 } },
  },
  "image-gpt": {
    defaults: { features: 8, blocks: 2, heads: 2 },
    variants: [
      { features: 6, blocks: 1, heads: 1, block: [2], conditional: true, dropout: 0.1 },
      { features: 8, blocks: 1, heads: 2, block: [2], order: "masked", conditional: true },
    ],
    hosts: [{ ...tokeniser, config: { features: 8, blocks: 1, heads: 2 } }],
    colour: { config: { features: 6, blocks: 1, heads: 2 } },
  },
  ae: {
    grey: true,
    defaults: { channels: [4, 6], latent: 3 },
    variants: [
      { architecture: "mlp", hidden: [9], latent: 80, loss: "cross-entropy" },
      { architecture: "linear", latent: 3 },
      { architecture: "mlp", hidden: [7], latent: 2, prior: "gmm", components: 2 },
    ],
    colour: { config: { channels: [4, 6], hidden: [8], latent: 3, prior: "gmm", components: 2 } },
  },
  dae: {
    grey: true,
    defaults: { channels: [4, 6], latent: 3 },
    variants: [
      { architecture: "mlp", hidden: [9], latent: 5, corruption: "masking", level: 0.25 },
      { channels: [4], latent: 3, corruption: "salt-and-pepper", level: 0.3, stacked: true },
    ],
    colour: { config: { channels: [4, 6], hidden: [8], latent: 3 } },
  },
  sae: {
    grey: true,
    defaults: { latent: 20 },
    variants: [
      { latent: 12, hidden: [9], sparsity: "l1", loss: "cross-entropy" },
      { latent: 12, sparsity: "top-k", k: 4 },
    ],
    colour: { config: { latent: 12 } },
  },
  vae: {
    variants: [
      { hidden: [32, 16], latent: 3, activation: "gated", beta: 0.5, warmup: 10 },
      { architecture: "conv", channels: [4, 6], hidden: [], latent: 3 },
      { architecture: "conv", channels: [4], activation: "gated", likelihood: "gaussian", std: 0 },
      { hidden: [], latent: 2, likelihood: "gaussian" },
      { hidden: [16], latent: 2, conditional: true, freeBits: 0.2 },
      { hidden: [16], latent: 2, likelihood: "discretized-logistic", importance: 3 },
      { hidden: [16], latent: 2, prior: "gmm", components: 2 },
      { architecture: "conv", channels: [4], hidden: [], latent: 2, conditional: true },
    ],
    colour: {
      config: {
        architecture: "conv",
        channels: [4, 6],
        hidden: [8],
        latent: 3,
        likelihood: "logit-laplace",
      },
    },
  },
  dvae: {
    defaults: { channels: [4, 6], codes: 12, embedding: 3 },
    variants: [
      {
        channels: [4, 6],
        codes: 9,
        embedding: 3,
        straightThrough: true,
        warmup: 0,
        annealing: 0,
        likelihood: "discretized-logistic",
      },
      { channels: [4], blocks: 0, quantiser: "vq", codes: 8, embedding: 3, renewal: 0.3 },
      { channels: [4], blocks: 2, quantiser: "vq", codes: 8, embedding: 3, renewal: 0 },
      { channels: [4, 6], quantiser: "fsq", levels: [5, 2, 3] },
    ],
    colour: {
      config: { channels: [4, 6], codes: 9, embedding: 3, likelihood: "logit-laplace" },
    },
  },
  aae: {
    grey: true,
    defaults: { channels: [4, 6], hidden: [8], critic: [6] },
    variants: [
      { architecture: "mlp", hidden: [9], latent: 3, prior: "uniform", penalty: 0, critic: [5, 4] },
      { architecture: "mlp", hidden: [9], prior: "ring", regions: true, critic: [5] },
      { architecture: "mlp", hidden: [9], prior: "swiss-roll", regulariser: "mmd" },
      { architecture: "mlp", hidden: [9], latent: 3, regions: true, regulariser: "mmd" },
    ],
    colour: { config: { channels: [4, 6], hidden: [8], critic: [6], loss: "cross-entropy" } },
  },
  ddpm: {
    grey: true,
    defaults: { channels: 4, blocks: 1, steps: 21 },
    variants: [
      {
        channels: 4,
        blocks: 1,
        patch: 1,
        attention: [],
        steps: 21,
        schedule: "linear",
        zeroTerminalSnr: true,
        weighting: "edm",
        variance: "large",
        dropout: 0.1,
        augmentation: 0.3,
      },
      { network: "dit", channels: 8, blocks: 1, steps: 21, variance: "learned", dropout: 0.1 },
      {
        channels: 4,
        blocks: 1,
        attention: [],
        steps: 21,
        schedule: "edm",
        prediction: "eps",
        weighting: "uniform",
        conditional: true,
      },
      {
        channels: 4,
        blocks: 1,
        attention: [],
        steps: 21,
        schedule: "flow",
        prediction: "flow",
        weighting: "soft-min-snr",
      },
    ],
    colour: { config: { channels: 4, blocks: 1, attention: [], steps: 21, prediction: "x0" } },
  },
  consistency: {
    grey: true,
    needs: {
      part: "teacher",
      of: { model: "ddpm", config: { channels: 4, blocks: 1, attention: [] } },
    },
    defaults: { levels: 4 },
    variants: [{ levels: 5, steps: 1, least: 0.1, most: 20 }],
    hosts: [
      {
        part: "teacher",
        of: {
          model: "ddpm",
          config: { channels: 4, blocks: 1, attention: [], conditional: true },
        },
        config: { levels: 4 },
      },
    ],
    colour: { config: { levels: 3 } },
  },
  boltzmann: {
    defaults: { hidden: 20, meanField: 5, betas: 60, sampleSteps: 10 },
    variants: [
      { hidden: 0, betas: 60, sampleSteps: 10 },
      {
        hidden: 9,
        visibleHidden: "local",
        hiddenHidden: "full",
        betas: 24,
        sampleSteps: 4,
        centred: false,
        weightDecay: 0.01,
      },
    ],
    colour: { levels: 2, config: { hidden: 6, meanField: 3, betas: 24, sampleSteps: 4 } },
  },
  gan: {
    grey: true,
    defaults: { latent: 4, projectionSteps: 3, generator: [8], discriminator: [9, 7] },
    variants: [
      {
        latent: 3,
        projectionSteps: 2,
        generator: [8],
        discriminator: [6],
        objective: "wasserstein",
        penalty: "one-centred",
        penaltyParts: 2,
        packing: 2,
        discriminatorTurns: 2,
        instanceNoise: 0.1,
        output: "linear",
      },
      {
        latent: 3,
        generator: [8],
        discriminator: [6],
        objective: "minimax",
        penalty: "none",
        smoothing: 0.1,
        spectral: true,
        minibatchStd: true,
        conditional: true,
      },
    ],
    colour: { config: { latent: 3, generator: [6], discriminator: [5] } },
  },
  dcgan: {
    grey: true,
    defaults: { latent: 4, projectionSteps: 3, channels: [4, 6] },
    variants: [
      { recipe: "2015", latent: 3, channels: [4, 5], conditional: true },
      {
        latent: 3,
        channels: [4],
        upsampling: "transposed",
        objective: "hinge",
        penalty: "zero-centred",
        augment: ["color", "translation", "cutout"],
        minibatchStd: true,
        conditional: true,
      },
      { latent: 3, channels: [4], growing: true, projectionSteps: 2, conditional: true },
    ],
    colour: {
      config: {
        latent: 3,
        projectionSteps: 1,
        channels: [4, 5],
        augment: ["color", "translation"],
      },
    },
  },
  infogan: {
    grey: true,
    defaults: { latent: 3, channels: [4], categories: 3, recogniser: 6 },
    variants: [
      {
        recipe: "modern",
        latent: 2,
        channels: [4, 5],
        categories: 4,
        continuous: 1,
        grouping: 1,
        evenness: 1.5,
        overclusters: 7,
        augment: ["warp"],
        recogniser: 5,
      },
    ],
    colour: { config: { latent: 3, channels: [4, 5], categories: 3, recogniser: 6 } },
  },
  cyclegan: {
    grey: true,
    known: "halves",
    defaults: { channels: [4, 5], blocks: 1, patches: [4, 5], pool: 3 },
    variants: [
      { channels: [4, 5], blocks: 0, patches: [4], pool: 0, identity: 0, output: "change" },
    ],
    colour: { config: { channels: [4, 5], blocks: 1, patches: [4, 5], output: "masked" } },
  },
  stargan: {
    grey: true,
    known: "attributes",
    defaults: { channels: [4, 5], blocks: 1, patches: [4, 5] },
    variants: [
      {
        channels: [4, 5],
        blocks: 0,
        patches: [4, 5, 6],
        condition: "class",
        output: "image",
        objective: "relativistic",
        penalty: "r1",
        discriminatorTurns: 2,
      },
    ],
    colour: {
      config: {
        channels: [4, 5],
        blocks: 1,
        patches: [4, 5],
        output: "change",
        recognition: "auxiliary",
        objective: "wasserstein",
        penalty: "one-centred",
        discriminatorTurns: 2,
      },
    },
  },
  "text-gan": {
    grey: true,
    known: "captions",
    defaults: textGan,
    variants: [
      {
        ...textGan,
        blocks: 0,
        conditioning: 1,
        channels: [4],
        discriminator: [4, 5, 6],
        objective: "non-saturating",
        penalty: "matching-aware",
        matching: 0,
      },
    ],
    colour: {
      config: {
        ...textGan,
        output: "linear",
        objective: "least-squares",
        penalty: "none",
        augment: ["color", "translation", "cutout"],
      },
    },
  },
  "puzzle-gan": {
    grey: true,
    defaults: { ...puzzleGan, side: 3 },
    variants: [
      {
        ...puzzleGan,
        grid: 2,
        layout: [4],
        discriminator: [4],
        rounds: 3,
        objective: "relativistic",
        penalty: 0,
        mismatch: 0,
      },
    ],
    colour: { config: { ...puzzleGan, patches: 2, objective: "least-squares" } },
  },
  clip: {
    known: "captions",
    defaults: { features: 6, channels: [4, 6], text: 8, heads: 2 },
    variants: [{ features: 5, channels: [4], text: 6, blocks: 0, heads: 1 }],
    colour: { config: { features: 6, channels: [4, 6], text: 8, heads: 2 } },
  },
  dalle: {
    known: "captions",
    needs: tokeniser,
    defaults: { features: 8, blocks: 2, heads: 2 },
    variants: [
      { features: 6, blocks: 2, heads: 1, attention: ["row", "column"], dropCaption: 0.5 },
      { features: 6, blocks: 1, heads: 2, dropCaption: 0 },
      { features: 16, blocks: 2, heads: 2, order: "masked", dropCaption: 0.5 },
      { design: "encoder-decoder", features: 16, blocks: 1, heads: 2, order: "masked" },
      { design: "encoder-decoder", features: 16, blocks: 2, heads: 2, textBlocks: 1, dropout: 0.1 },
    ],
    colour: {
      config: { features: 6, blocks: 1, heads: 2, attention: ["convolutional"] },
    },
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
    colour: { config: { channels: [4, 6], hidden: [7] } },
  },
};

let digits: ImageSet;
beforeAll(async () => {
  digits = await loadDataset("digits");
});

// Programs are shared by the checks of one model, and freed before the next.
let device: Device;
beforeEach(async () => {
  device = await openSharingDevice();
});
afterEach(() => device.close());

/** Every model of the registry has a plan. */
function planOf(id: string): Plan {
  const plan = plans[id];
  if (plan === undefined) throw new Error(`there is no plan to check ${id} with`);
  return plan;
}

/** The digits as a model is checked with them. */
async function imagesFor({ side, grey = false, known }: Omit<Plan, "colour">): Promise<ImageSet> {
  const shown = grey ? digits : binarise(digits, { mode: "fixed", seed: 0 });
  const images = knownBy(shown, known);
  return side === undefined ? images : middleOf(images, side);
}

/** Images with other annotations, besides the digit or in its place. */
function knownBy(images: ImageSet, known: Known | undefined): ImageSet {
  const classes = images.annotations?.class?.values ?? new Int32Array();
  if (known === "halves") {
    const values = classes.map((digit) => (digit < 5 ? 0 : 1));
    return { ...images, annotations: { class: { names: ["low", "high"], values } } };
  }
  if (known === "attributes") {
    const names = ["odd", "high", "round"];
    const values = Float32Array.from({ length: 3 * classes.length }, (_, at) => {
      const digit = classes[Math.floor(at / 3)];
      return Number([digit % 2 === 1, digit > 4, [0, 6, 8, 9].includes(digit)][at % 3]);
    });
    return { ...images, annotations: { ...images.annotations, attributes: { names, values } } };
  }
  if (known === "captions") {
    const captions = Array.from(classes, (digit) => `a ${NAMES[digit]}${digit % 2 ? ", odd" : ""}`);
    return { ...images, annotations: { caption: captionAnnotation(captions) } };
  }
  return images;
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

/** Images of 3×12×8 made of the digits: one below the other's middle, fainter in the later channels. */
async function colourImages(levels: number): Promise<ImageSet> {
  const { pixelsUnit, count, height, width } = await readImages(digits);
  const [channels, tall] = [3, 12];
  const values = Uint8Array.from({ length: count * channels * tall * width }, (_, at) => {
    const image = Math.floor(at / (channels * tall * width));
    const channel = Math.floor(at / (tall * width)) % channels;
    const [y, x] = [Math.floor(at / width) % tall, at % width];
    const pixel = pixelsUnit[(image * height + (y % height)) * width + x];
    return Math.round(pixel * (1 - channel / 4) * (levels - 1));
  });
  return arraySet({ ...digits, channels, height: tall, levels }, values);
}

describe.each(models.map((definition) => [definition.id, definition] as const))(
  "%s keeps the contract",
  (id, definition) => {
    const plan = planOf(id);
    test.each([plan.defaults ?? {}, ...(plan.variants ?? [])])("with %j", async (config) => {
      const images = await imagesFor(plan);
      const subject = { definition, config, images, device };
      expect(await checkModel(await hosted(subject, plan.needs))).toEqual([]);
    });

    test("on colour images that are no square, or refuses them with a reason", async () => {
      const { levels = 4, config = {}, refused } = plan.colour;
      const images = knownBy(await colourImages(levels), plan.known);
      const subject = await hosted({ definition, config, images, device }, plan.needs);
      if (refused === undefined) {
        expect(await checkModel(subject)).toEqual([]);
        return;
      }
      const build = () => resolve(subject);
      expect(build).toThrow(ConfigError);
      expect(build).toThrow(refused);
    });

    for (const { part, of, config } of plan.hosts ?? []) {
      test(`with ${JSON.stringify(config)} and a ${of.model} as its ${part}`, async () => {
        const subject = { definition, config, images: await imagesFor(plan), device };
        expect(await checkModel(await hosted(subject, { part, of }))).toEqual([]);
      });
    }
  },
);

/** A model to check, with a part where it has one. */
async function hosted(
  subject: Required<Pick<ModelUnderTest, "definition" | "config" | "images" | "device">>,
  host: Omit<Host, "config"> | undefined,
): Promise<ModelUnderTest> {
  if (host === undefined) return subject;
  const { definition, config, images } = subject;
  const traits = dataTraits(dataSpecOf(images));
  const made = await partOf(host.part, findModel(host.of.model), traits, host.of.config);
  return { ...subject, ...given(definition, config, traits, made) };
}

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
      const parts = exampleParts(definition, data);
      return definition.build(definition.config.parse({}), data, parts);
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
