import { type Batch, type DataTraits, defineModel, type Model } from "../../../core/model.js";
import type { Scope } from "../../../nn/scope.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { drawImages } from "./cached/drive.js";
import { type PixelcnnConfig, pixelcnnConfig } from "./config.js";
import { pixelParameters } from "./network.js";
import { networkOf } from "./setup.js";

/** Autoregressive model of pixels in raster order by masked convolutions. */
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
  training: { optimizer: "adam", learningRate: 2e-3, batchSize: 32 },
  build,
});

function build(config: PixelcnnConfig, data: DataTraits): Model {
  const network = networkOf(config, data);
  const { head } = network;
  const nll = (scope: Scope, { pixelsUnit, labels }: Batch): Tensor => {
    const pixels = head.embed(pixelsUnit);
    return head.nll(pixelParameters(scope.child("network"), network, pixels, labels), pixelsUnit);
  };
  return {
    conditional: config.conditional,
    steps: [
      {
        name: "nll",
        repeat: 1,
        trains: ["network"],
        objective: (scope, batch) => ({ loss: nll(scope, batch), metrics: {} }),
      },
    ],
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
