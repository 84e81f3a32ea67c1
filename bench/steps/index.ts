import { aaeSteps } from "./aae.js";
import { autoencoderSteps } from "./autoencoders.js";
import { classifierStep } from "./classifier.js";
import { conditionalImageSteps } from "./conditional-images.js";
import { dcganSteps } from "./dcgan.js";
import { modernDcganSteps } from "./dcgan-modern.js";
import { ddpmSteps } from "./ddpm.js";
import { dvaeStep } from "./dvae.js";
import { imageGptStep } from "./image-gpt.js";
import { infoganSteps } from "./infogan.js";
import { pixelcnnSteps } from "./pixelcnn.js";
import { rowLstmStep } from "./row-lstm.js";
import type { BenchStep } from "./step.js";
import { transformerSteps } from "./transformer.js";
import { unetBlockStep } from "./unet-block.js";
import { vaeSteps } from "./vae.js";

/** All steps, in the order of the table. */
export const steps: readonly BenchStep[] = [
  ...vaeSteps,
  dvaeStep,
  ...aaeSteps,
  ...autoencoderSteps,
  classifierStep,
  ...pixelcnnSteps,
  ...dcganSteps,
  ...modernDcganSteps,
  ...conditionalImageSteps,
  ...infoganSteps,
  unetBlockStep,
  ...ddpmSteps,
  ...transformerSteps,
  imageGptStep,
  rowLstmStep,
];

/** @throws Error when there is no step of this name */
export function stepNamed(id: string): BenchStep {
  const step = steps.find((candidate) => candidate.id === id);
  if (step === undefined) throw new Error(`there is no step "${id}"`);
  return step;
}
