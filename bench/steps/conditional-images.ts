import type { DataTraits } from "../../src/core/batch.js";
import { cyclegan } from "../../src/models/adversarial/cyclegan/index.js";
import { puzzleGan } from "../../src/models/adversarial/puzzle-gan/index.js";
import { stargan } from "../../src/models/adversarial/stargan/index.js";
import { textGan } from "../../src/models/adversarial/text-gan/index.js";
import { add, cast } from "../../src/tensor/ops/elementwise.js";
import { type BenchStep, stepNamedOf, symbolsIn } from "./step.js";

const GREY = { channels: 1, height: 28, width: 28, binary: false, levels: 256 };
const COLOUR = { channels: 3, height: 32, width: 32, binary: false, levels: 256 };
const ATTRIBUTES = 5;
const CAPTION = { words: 28, length: 8 };

const plain: DataTraits = { ...GREY, annotations: {} };
const domains: DataTraits = { ...GREY, annotations: { class: { names: ["first", "second"] } } };
const attributed: DataTraits = {
  ...COLOUR,
  annotations: { attributes: { names: Array.from({ length: ATTRIBUTES }, (_, at) => `${at}`) } },
};
const captioned: DataTraits = {
  ...COLOUR,
  annotations: {
    caption: {
      vocabulary: Array.from({ length: CAPTION.words }, (_, at) => (at === 0 ? "" : `${at}`)),
      length: CAPTION.length,
    },
  },
};

/** The steps of the conditional models with their defaults. A batch's first pixels say what images are. */
export const conditionalImageSteps: readonly BenchStep[] = [
  ...(["generators", "discriminators"] as const).map((player) => ({
    id: `cyclegan-${player}`,
    title: `cyclegan, residual generators (16, 32, 64), patches, pool of 50, 28×28, batch 16: ${player}`,
    batchSize: 16,
    data: domains,
    build: () =>
      stepNamedOf(cyclegan.build(cyclegan.config.parse({}), domains), player, () => ({})),
  })),
  ...(["discriminator", "generator"] as const).map((player) => ({
    id: `stargan-${player}`,
    title: `stargan, residual generator (16, 32, 64), five attributes, R1, 32×32 colour, batch 16: ${player}`,
    batchSize: 16,
    data: attributed,
    build: () =>
      stepNamedOf(stargan.build(stargan.config.parse({}), attributed), player, (pixelsUnit) => ({
        attributes: cast(symbolsIn(pixelsUnit, 2, ATTRIBUTES), "float32"),
      })),
  })),
  ...(["discriminator", "generator"] as const).map((player) => ({
    id: `text-gan-${player}`,
    title: `text-gan, residual blocks (64, 64, 32, 16), matching, R1, 32×32 colour, batch 32: ${player}`,
    batchSize: 32,
    data: captioned,
    build: () =>
      stepNamedOf(textGan.build(textGan.config.parse({}), captioned), player, (pixelsUnit) => ({
        caption: add(symbolsIn(pixelsUnit, CAPTION.words - 1, CAPTION.length), 1),
      })),
  })),
  ...(["discriminator", "generator"] as const).map((player) => ({
    id: `puzzle-gan-${player}`,
    title: `puzzle-gan, three key patches of 8×8, residual decoder (12, 24, 48), 28×28, batch 32: ${player}`,
    batchSize: 32,
    data: plain,
    build: () =>
      stepNamedOf(puzzleGan.build(puzzleGan.config.parse({}), plain), player, () => ({})),
  })),
];
