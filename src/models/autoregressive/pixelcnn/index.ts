import type { Batch, DataTraits } from "../../../core/batch.js";
import { defineModel, type Model } from "../../../core/model.js";
import type { Scope } from "../../../nn/scope.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { learnedBy } from "../../explanation.js";
import { explain } from "../explain.js";
import { drawImages } from "./cached/drive.js";
import { type PixelcnnConfig, pixelcnnConfig } from "./config.js";
import { type Network, pixelParameters } from "./network.js";
import { networkOf } from "./setup.js";

/** Autoregressive model of pixels in raster order, with masked convolutions. */
export const pixelcnn = defineModel({
  id: "pixelcnn",
  family: "autoregressive",
  title: "PixelCNN",
  source: {
    title: "Pixel Recurrent Neural Networks",
    authors: "van den Oord, Kalchbrenner & Kavukcuoglu",
    year: 2016,
    reference: "arXiv:1601.06759",
  },
  density: "exact",
  config: pixelcnnConfig,
  training: { by: "gradients", optimizer: "adam", learningRate: 2e-3, batchSize: 32 },
  build,
});

function build(config: PixelcnnConfig, data: DataTraits): Model {
  const network = networkOf(config, data);
  const { head } = network;
  const nll = (scope: Scope, { pixelsUnit, annotations }: Batch): Tensor => {
    const pixels = head.embed(pixelsUnit);
    return head.nll(
      pixelParameters(scope.child("network"), network, pixels, annotations),
      pixelsUnit,
    );
  };
  return {
    ...(config.conditional && { conditionedOn: ["class"] }),
    steps: [
      {
        name: "nll",
        trains: ["network"],
        objective: (scope, batch) => ({ loss: nll(scope, batch), metrics: {} }),
      },
    ],
    explain: () => explain(data, network, contextOf(network), learnedBy(nll, data)),
    capabilities: {
      sample: { drive: (host, request) => drawImages(host, network, request) },
      complete: { drive: (host, request) => drawImages(host, network, request, request) },
      score: {
        maxSamples: 1,
        kind: () => "exact",
        estimator: () => `exact; ${head.describes}`,
        trace: (scope, batch) => nll(scope, batch),
      },
    },
  };
}

/** Which earlier pixels a pixel depends on. */
function contextOf({ config, image: { height, width } }: Network): string {
  const { firstKernel, kernel, layers, gated } = config;
  const reach = (firstKernel - 1) / 2 + (layers * (kernel - 1)) / 2;
  if (!gated) {
    return `a pixel depends on pixels up to ${reach} rows above and ${reach} columns to each side, except a wedge on the right that masked windows cannot see`;
  }
  if (reach >= Math.max(height, width) - 1) return "none: a pixel depends on all pixels before it";
  return `a pixel depends on all earlier pixels up to ${reach} rows above and ${reach} columns to each side`;
}
