import { dvae } from "../../src/models/variational/dvae/index.js";
import type { BenchStep } from "./step.js";

const data = { channels: 1, height: 28, width: 28, binary: true, levels: 2, annotations: {} };

/** The `dvae` model with its default configuration: at the first temperature, with the KL's first weight. */
export const dvaeStep: BenchStep = {
  id: "dvae",
  title:
    "dvae, 3×3 convolutions of stride 2 (32, 64) with a residual block, 7×7 of 128 codes by Gumbel-softmax, 28×28, batch 128",
  batchSize: 128,
  data,
  build: () => dvae.build(dvae.config.parse({ warmup: 0 }), data),
};
