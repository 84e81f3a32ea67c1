import { ae } from "../../src/models/autoencoder/ae/index.js";
import { dae } from "../../src/models/autoencoder/dae/index.js";
import { sae } from "../../src/models/autoencoder/sae/index.js";
import type { BenchStep } from "./step.js";

const data = { channels: 1, height: 28, width: 28, binary: false, levels: 256, annotations: {} };

/** The autoencoders with their default configurations. */
export const autoencoderSteps: readonly BenchStep[] = [
  {
    id: "ae",
    title: "autoencoder, 3×3 convolutions of stride 2 (32, 64), code 10, 28×28, batch 128",
    batchSize: 128,
    data,
    build: () => ae.build(ae.config.parse({}), data),
  },
  {
    id: "dae",
    title:
      "denoising autoencoder, 3×3 convolutions of stride 2 (32, 64), code 64, 28×28, batch 128",
    batchSize: 128,
    data,
    build: () => dae.build(dae.config.parse({}), data),
  },
  {
    id: "sae",
    title: "sparse autoencoder 784-256, KL to a mean activation, batch 128",
    batchSize: 128,
    data,
    build: () => sae.build(sae.config.parse({}), data),
  },
];
