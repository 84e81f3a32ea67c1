import { ddpm } from "../../src/models/diffusion/ddpm/index.js";
import type { BenchStep } from "./step.js";

const data = {
  channels: 1,
  height: 28,
  width: 28,
  binary: false,
  levels: 256,
  annotations: {},
};

/** The model with its default network. Its forward pass is a denoising step of a sampler. */
export const ddpmStep: BenchStep = {
  id: "ddpm",
  title:
    "diffusion U-Net: 2×2 patches, levels of 32 and 64 channels with two residual blocks, attention at 7×7, 28×28, batch 64",
  batchSize: 64,
  data,
  build() {
    const settings = { schedule: "edm", weighting: "uniform" };
    const { steps } = ddpm.build(ddpm.config.parse(settings), data);
    return { steps, capabilities: {} };
  },
};
