import type { Model } from "../../src/core/model.js";
import { dcgan } from "../../src/models/adversarial/dcgan/index.js";
import type { BenchStep } from "./step.js";

const data = { channels: 1, height: 28, width: 28, binary: false, levels: 256, annotations: {} };
const ABOUT = "dcgan as users train it, resize convolutions, relativistic, 28×28, batch 64";

/** One of the two steps of the model that users train. */
function stepOf(player: "discriminator" | "generator", penalty: "r1r2" | "none"): Model {
  const model = dcgan.build(dcgan.config.parse({ penalty }), data);
  return { steps: model.steps.filter(({ name }) => name === player), capabilities: {} };
}

/** The steps of both players with default settings, and the discriminator's without its penalties. */
export const modernDcganSteps: readonly BenchStep[] = [
  {
    id: "dcgan-modern-discriminator",
    title: `${ABOUT}: discriminator with R1 and R2`,
    batchSize: 64,
    data,
    build: () => stepOf("discriminator", "r1r2"),
  },
  {
    id: "dcgan-modern-discriminator-plain",
    title: `${ABOUT}: discriminator without penalties`,
    batchSize: 64,
    data,
    build: () => stepOf("discriminator", "none"),
  },
  {
    id: "dcgan-modern-generator",
    title: `${ABOUT}: generator`,
    batchSize: 64,
    data,
    build: () => stepOf("generator", "none"),
  },
];
