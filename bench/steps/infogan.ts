import { infogan } from "../../src/models/adversarial/infogan/index.js";
import type { BenchStep } from "./step.js";

const data = { channels: 1, height: 28, width: 28, binary: false, levels: 256, annotations: {} };

/** The steps of both players of an `infogan` with default settings, each alone, with the bench's optimiser. */
export const infoganSteps: readonly BenchStep[] = ["discriminator", "generator"].map((player) => ({
  id: `infogan-${player}`,
  title: `infogan 28×28, 10 categories and 2 continuous codes, batch 128: ${player}`,
  batchSize: 128,
  data,
  build() {
    const { steps } = infogan.build(infogan.config.parse({}), data);
    const alone = steps.filter(({ name }) => name === player);
    return { steps: alone.map(({ optimizer: _, ...step }) => step), capabilities: {} };
  },
}));
