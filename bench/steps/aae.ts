import { aae } from "../../src/models/variational/aae/index.js";
import type { BenchStep } from "./step.js";

const data = { channels: 1, height: 28, width: 28, binary: false, levels: 256, annotations: {} };

/** The steps of the `aae` model with dense layers, each alone. */
export const aaeSteps: readonly BenchStep[] = ["discriminate", "reconstruct"].map((name) => ({
  id: `aae-${name}`,
  title: `aae 784-512-256-2, critic 128-128, batch 128: ${name}`,
  batchSize: 128,
  data,
  build() {
    const config = aae.config.parse({ architecture: "mlp", hidden: [512, 256] });
    const { steps } = aae.build(config, data);
    return { steps: steps.filter((step) => step.name === name), capabilities: {} };
  },
}));
