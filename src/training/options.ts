import { z } from "zod";
import type { TrainingDefaults } from "../core/model.js";

const count = z.number().int().min(1);

/** How a model is trained, apart from what it is and what it is trained on. */
export const trainingSchema = z.strictObject({
  epochs: count.optional().describe("passes over the training images"),
  steps: count.optional().describe("training steps, instead of epochs"),
  minutes: z.number().positive().optional().describe("minutes of training, instead of epochs"),
  batchSize: count.describe("images a step"),
  learningRate: z.number().positive().describe("step size of the optimiser"),
  optimizer: z.enum(["sgd", "adam", "adamw", "rmsprop"]).describe("update rule"),
  schedule: z.string().default("constant").describe("learning rate over time: constant, cosine, step:EPOCHS:FACTOR, each with an optional warmup:STEPS+ before it"),
  clipNorm: z.number().min(0).default(0).describe("largest norm of the gradient; 0 does not clip"),
  ema: z.number().min(0).max(1).default(0).describe("decay of the averaged weights; 0 keeps none"),
  seed: z.number().int().min(0).default(0).describe("decides weights, data order and noise"),
  validation: z.number().min(0).lt(1).default(0.1).describe("share of the training images held out to pick the best weights"),
  checkpointSeconds: z.number().min(0).default(10).describe("least seconds between checkpoints at epoch ends"),
  keep: count.default(2).describe("checkpoints kept besides the best"),
});

export type TrainingOptions = z.output<typeof trainingSchema>;

/** What the user gave, over the model's defaults, over ours. */
export function withDefaults(
  given: Readonly<Record<string, unknown>>,
  defaults: TrainingDefaults,
): Record<string, unknown> {
  const budget = ["epochs", "steps", "minutes"].some((key) => given[key] !== undefined);
  return { ...defaults, ...(budget ? {} : { epochs: 20 }), ...given };
}
