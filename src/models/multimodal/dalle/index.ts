import { z } from "zod";
import { requireAnnotation } from "../../../core/annotations.js";
import type { Batch, DataTraits } from "../../../core/batch.js";
import { ConfigError } from "../../../core/errors.js";
import { defineModel, type Model, type Parts } from "../../../core/model.js";
import type { Step } from "../../../core/steps.js";
import type { Scope } from "../../../nn/scope.js";
import { add, cast, div, greater, less, mul, sub } from "../../../tensor/ops/elementwise.js";
import { zerosOfShape } from "../../../tensor/ops/rearrange.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { learnedBy } from "../../explanation.js";
import { cacheBytes } from "../../symbols/cache.js";
import { drawImages } from "../../symbols/draw-images.js";
import { choiceOptions } from "../../symbols/draw-symbol.js";
import { tokeniserNeeds } from "../../symbols/token-symbols.js";
import { dvae } from "../../variational/dvae/index.js";
import { type DalleConfig, dalleConfig } from "./config.js";
import { drawingOf } from "./drawing.js";
import { encoderDecoderDesign } from "./encoder-decoder.js";
import { explain } from "./explain.js";
import { jointDesign } from "./joint.js";
import { imageNats, textNats } from "./likelihood.js";
import { setupOf, TOKENISER } from "./setup.js";
import { cacheShape } from "./stack.js";

const samplerOptions = z.strictObject({
  ...choiceOptions,
  guidance: z
    .number()
    .min(0)
    .default(1)
    .describe("weight of the caption: 0 ignores it, 1 is the model, more exaggerates it"),
});
type SamplerOptions = z.output<typeof samplerOptions>;

/** A sentence becomes pictures: a transformer over words and the tokens of a discrete autoencoder. */
export const dalle = defineModel({
  id: "dalle",
  family: "multimodal",
  title: "DALL·E",
  source: {
    title: "Zero-Shot Text-to-Image Generation",
    authors: "Ramesh, Pavlov, Goh, Gray, Voss, Radford, Chen & Sutskever",
    year: 2021,
    reference: "arXiv:2102.12092",
  },
  density: "exact",
  config: dalleConfig,
  training: {
    by: "gradients",
    optimizer: "adam",
    betas: [0.9, 0.95],
    learningRate: 1e-3,
    batchSize: 32,
    clipNorm: 1,
  },
  example: {
    channels: 1,
    height: 8,
    width: 8,
    binary: true,
    levels: 2,
    annotations: { caption: { vocabulary: ["", "a", "seven"], length: 3 } },
  },
  parts: { [TOKENISER]: { ...tokeniserNeeds, example: dvae } },
  build,
});

function build(config: DalleConfig, data: DataTraits, parts: Parts = {}): Model {
  const setup = setupOf(config, data, parts);
  const { symbols, imageLength } = setup;
  const design = config.design === "joint" ? jointDesign(setup) : encoderDecoderDesign(setup);
  const captionOf = ({ annotations }: Pick<Batch, "annotations">) =>
    requireAnnotation(annotations, "caption");
  const objective: Step["objective"] = (scope, batch) => {
    const caption = captionOf(batch);
    const tokens = symbols.read(scope, batch.pixelsUnit);
    const uniform = scope.noise("hide", [caption.shape[0]], "uniform");
    const isHidden = less(uniform, config.dropCaption);
    const { text, image } = design.logits(scope.child("network"), caption, isHidden, tokens);
    const imageLoss = div(imageNats(image, tokens), imageLength);
    if (text === undefined) return { loss: imageLoss, metrics: { imageNatsPerToken: imageLoss } };
    const { nats, symbols: count } = textNats(text, caption);
    // Where the caption is hidden, its words are not what the model reads, so they teach it nothing.
    const textLoss = mul(div(nats, count), sub(1, cast(isHidden, "float32")));
    const weighted = div(add(textLoss, mul(imageLoss, config.imageWeight)), 1 + config.imageWeight);
    return {
      loss: weighted,
      metrics: {
        imageNatsPerToken: imageLoss,
        textNatsPerToken: div(textLoss, 1 - config.dropCaption),
      },
    };
  };
  const score = (scope: Scope, batch: Batch): Tensor => {
    const caption = captionOf(batch);
    const tokens = symbols.read(scope, batch.pixelsUnit);
    const shown = greater(zerosOfShape([caption.shape[0]]), 0);
    const { image } = design.logits(scope.child("network"), caption, shown, tokens);
    return imageNats(image, tokens);
  };
  const bytesPerImage = 2 * cacheBytes(cacheShape(setup, design.length, 1));
  const usual = samplerOptions.parse({});
  const drawing = (guidance: number) => drawingOf(setup, design, data, guidance);
  return {
    conditionedOn: ["caption"],
    steps: [{ name: "nll", trains: ["network"], objective }],
    explain: () => explain(setup, design, learnedBy(score, data)),
    ...(symbols.uses && { uses: symbols.uses }),
    capabilities: {
      sample: {
        options: samplerOptions,
        bytesPerImage,
        drive(host, request) {
          const { guidance, ...choice } = request.options as SamplerOptions;
          requireGuidance(config, guidance);
          return drawImages(host, drawing(guidance), request, choice);
        },
      },
      complete: {
        bytesPerImage,
        drive: (host, request) => drawImages(host, drawing(1), request, usual),
      },
      score: {
        maxSamples: 1,
        kind: () => "exact",
        estimator: () => `exact, given the caption; ${symbols.describes}`,
        trace: score,
      },
    },
  };
}

/** @throws ConfigError when the model does not know images without a caption */
function requireGuidance({ dropCaption }: DalleConfig, guidance: number): void {
  if (guidance === 1 || dropCaption > 0) return;
  throw new ConfigError(
    "dalle: guidance needs a model that was trained with some captions hidden; train with dropCaption=0.1",
  );
}
