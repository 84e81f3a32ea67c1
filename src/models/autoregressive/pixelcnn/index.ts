import { ConfigError } from "../../../core/errors.js";
import { type Batch, type DataTraits, defineModel, type Model } from "../../../core/model.js";
import type { Scope } from "../../../nn/scope.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { type Head, headFor } from "../heads/index.js";
import { drawImages } from "./cached/drive.js";
import { type PixelcnnConfig, pixelcnnConfig } from "./config.js";
import { type Network, pixelParameters } from "./network.js";

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
  const head = headFor("pixelcnn", config, data);
  check(config, data, head);
  const classes = config.conditional ? data.classes : 0;
  const network: Network = { config, head, image: data, classes };
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

/** @throws ConfigError where settings do not go together, or not with the images */
function check(config: PixelcnnConfig, data: DataTraits, head: Head): void {
  for (const key of ["kernel", "firstKernel"] as const) {
    if (config[key] % 2 === 0) {
      throw new ConfigError(`pixelcnn: ${key}=${config[key]} has no centre; name an odd number`);
    }
  }
  for (const key of ["features", "outputFeatures"] as const) {
    if (config[key] % head.groups !== 0) {
      throw new ConfigError(
        `pixelcnn: ${key}=${config[key]} cannot be shared out among ${head.groups} channels; name a multiple of ${head.groups}`,
      );
    }
  }
  if (config.conditional && data.classes === 0) {
    throw new ConfigError(
      "pixelcnn: conditional=true needs labelled images, and these have no labels",
    );
  }
}
