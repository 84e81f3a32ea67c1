import { vae } from "../../src/models/variational/vae/index.js";
import type { BenchStep } from "./step.js";

const data = { channels: 1, height: 28, width: 28, binary: true, levels: 2, annotations: {} };

/** The `vae` model with its default configuration, except for the architecture. */
export const vaeSteps: readonly BenchStep[] = [
  {
    id: "vae-mlp",
    title: "VAE 784-400-20, batch 128",
    batchSize: 128,
    data,
    build: () => vae.build(vae.config.parse({}), data),
  },
  {
    id: "vae-conv",
    title: "VAE, 3×3 convolutions of stride 2 (32, 64), dense 400, code 20, 28×28, batch 128",
    batchSize: 128,
    data,
    build: () => vae.build(vae.config.parse({ architecture: "conv" }), data),
  },
];
