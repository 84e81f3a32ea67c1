import { z } from "zod";
import type { DataTraits, ImageShape } from "../../core/batch.js";
import { loadModel } from "../../core/loaded-model.js";
import { defineModel } from "../../core/model.js";
import { initialValues, variablesOf, weightsAmong } from "../../core/state.js";
import { heNormal } from "../../nn/initialisers.js";
import { conv2d } from "../../nn/layers/conv2d.js";
import type { Scope } from "../../nn/scope.js";
import type { Device } from "../../runtime/program.js";
import { mul, relu, sub } from "../../tensor/ops/elementwise.js";
import { averagePool2d } from "../../tensor/ops/pooling.js";
import { concat } from "../../tensor/ops/rearrange.js";
import { max, mean } from "../../tensor/ops/reduction.js";
import type { Tensor } from "../../tensor/tensor.js";
import type { Extractor } from "./extractor.js";
import { modelExtractor } from "./model-features.js";

/** Channels of the convolutions, each followed by a halving of the image. */
const CHANNELS = [32, 64, 64];

const randomNetwork = defineModel({
  id: "random-network",
  family: "discriminative",
  title: "Convolutional network with random weights",
  source: {
    title: "Reliable Fidelity and Diversity Metrics for Generative Models",
    authors: "Naeem, Oh, Uh, Choi & Yoo",
    year: 2020,
    reference: "arXiv:2002.09797",
  },
  density: "none",
  config: z.strictObject({}),
  training: { by: "gradients", optimizer: "adam", learningRate: 1e-3, batchSize: 1 },
  build: () => ({ steps: [], capabilities: { encode } }),
});

/** [B, C, H, W] in [0, 1] → [B, 128]: the mean and the maximum of each of 64 channels. */
function encode(scope: Scope, pixelsUnit: Tensor): Tensor {
  let x = mul(sub(pixelsUnit, 0.5), 2);
  CHANNELS.forEach((channels, layer) => {
    const options = {
      channels,
      kernel: 3,
      padding: "same",
      weightInitialiser: heNormal(),
    } as const;
    x = relu(conv2d(scope.child(`conv${layer}`), x, options));
    const [height, width] = x.shape.slice(2).map(Number);
    const kernel = [Math.min(2, height), Math.min(2, width)] as const;
    x = averagePool2d(x, { kernel });
  });
  return concat([mean(x, [2, 3]), max(x, [2, 3])], 1);
}

/**
 * Features of a convolutional network with random weights, as a sanity baseline: nothing was learned, so
 * a finding that they share is not due to what an extractor was trained on.
 *
 * @param seed  draws the weights
 * @returns     an extractor to release after use
 * @source Naeem et al. 2020, arXiv:2002.09797, which uses a VGG16 with random weights
 */
export async function randomExtractor(
  device: Device,
  { channels, height, width }: ImageShape,
  seed = 0,
): Promise<Extractor & { release(): Promise<void> }> {
  const data: DataTraits = {
    channels,
    height,
    width,
    binary: false,
    levels: null,
    annotations: {},
  };
  const variables = variablesOf(randomNetwork.build({}, data), data);
  const values = initialValues(weightsAmong(variables), seed);
  const model = await loadModel(randomNetwork, {}, data, device, values);
  const extractor = await modelExtractor(`random, seed ${seed}`, model);
  return { ...extractor, release: () => model.release() };
}
