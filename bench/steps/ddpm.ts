import type { Model } from "../../src/core/model.js";
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

/** The loss that both steps have. */
const LOSS = { schedule: "edm", weighting: "uniform" };

/** The model with its default network. Its forward pass is a denoising step of a sampler. */
const unetStep: BenchStep = {
  id: "ddpm",
  title:
    "diffusion U-Net: 2×2 patches, levels of 32 and 64 channels with two residual blocks, attention at 7×7, 28×28, batch 64",
  batchSize: 64,
  data,
  build: () => stepsOf(LOSS),
};

const ditStep: BenchStep = {
  id: "ddpm-dit",
  title:
    "diffusion transformer: 4×4 patches, four blocks of 96 features with adaptive normalisation, 28×28, batch 64",
  batchSize: 64,
  data,
  build: () => stepsOf({ ...LOSS, network: "dit", channels: 96, blocks: 4, patch: 4 }),
};

export const ddpmSteps = [unetStep, ditStep];

function stepsOf(settings: Record<string, unknown>): Model {
  const { steps } = ddpm.build(ddpm.config.parse(settings), data);
  return { steps, capabilities: {} };
}
