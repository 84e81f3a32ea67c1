import { z } from "zod";
import type { Batch, DataTraits } from "../../../core/batch.js";
import { defineModel, type Model, type Parts } from "../../../core/model.js";
import { categoricalNll } from "../../../nn/index.js";
import type { Scope } from "../../../nn/scope.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { learnedBy } from "../../explanation.js";
import { cacheBytes } from "../../symbols/cache.js";
import { drawImages } from "../../symbols/draw-images.js";
import { choiceOptions } from "../../symbols/draw-symbol.js";
import { tokeniserNeeds } from "../../symbols/token-symbols.js";
import { type ImageGptConfig, imageGptConfig } from "./config.js";
import { drawingOf } from "./drawing.js";
import { explain } from "./explain.js";
import { cacheShape, networkOf, symbolLogits, TOKENISER } from "./network.js";

const samplerOptions = z.strictObject(choiceOptions);
type SamplerOptions = z.output<typeof samplerOptions>;

/** A causal transformer over pixels, or over the tokens of a discrete autoencoder. */
export const imageGpt = defineModel({
  id: "image-gpt",
  family: "autoregressive",
  title: "Image GPT",
  source: {
    title: "Generative Pretraining from Pixels",
    authors: "Chen, Radford, Child, Wu, Jun, Luan & Sutskever",
    year: 2020,
    reference: "proceedings.mlr.press/v119/chen20s",
  },
  density: "exact",
  config: imageGptConfig,
  training: {
    by: "gradients",
    optimizer: "adam",
    betas: [0.9, 0.95],
    learningRate: 1e-3,
    batchSize: 32,
    clipNorm: 1,
  },
  parts: { [TOKENISER]: { ...tokeniserNeeds, optional: true } },
  build,
});

function build(config: ImageGptConfig, data: DataTraits, parts: Parts = {}): Model {
  const network = networkOf(config, data, parts);
  const { symbols } = network;
  const nll = (scope: Scope, { pixelsUnit, annotations }: Batch): Tensor => {
    const read = symbols.read(scope, pixelsUnit);
    const logits = symbolLogits(scope.child("network"), network, read, annotations);
    return categoricalNll(read, logits);
  };
  const bytesPerImage = cacheBytes(cacheShape(network, 1));
  const drawing = drawingOf(network, data);
  const all = samplerOptions.parse({});
  return {
    ...(config.conditional && { conditionedOn: ["class"] }),
    steps: [
      {
        name: "nll",
        trains: ["network"],
        objective: (scope, batch) => ({ loss: nll(scope, batch), metrics: {} }),
      },
    ],
    explain: () => explain(network, learnedBy(nll, data)),
    ...(symbols.uses && { uses: symbols.uses }),
    capabilities: {
      sample: {
        options: samplerOptions,
        bytesPerImage,
        drive: (host, request) =>
          drawImages(host, drawing, request, request.options as SamplerOptions),
      },
      complete: {
        bytesPerImage,
        drive: (host, request) => drawImages(host, drawing, request, all),
      },
      score: {
        maxSamples: 1,
        kind: () => "exact",
        estimator: () => `exact; ${symbols.describes}`,
        trace: (scope, batch) => nll(scope, batch),
      },
    },
  };
}
