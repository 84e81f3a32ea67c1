import { z } from "zod";
import { parseConfig } from "../core/config.js";
import { ConfigError } from "../core/errors.js";
import type { TrainingDefaults } from "../core/model.js";
import {
  adam,
  adamW,
  type Optimizer,
  parseSchedule,
  rmsProp,
  scheduleSyntax,
  sgd,
} from "../nn/index.js";

const count = z.int().min(1);

/** How a model is trained, apart from what it is, what it is trained on, and the seed. */
export const trainingSchema = z.strictObject({
  epochs: count.optional().describe("passes over the training images"),
  steps: count.optional().describe("training steps, instead of epochs"),
  minutes: z.number().positive().optional().describe("minutes of training, instead of epochs"),
  batchSize: count.default(128).describe("images a step"),
  learningRate: z.number().positive().default(1e-3).describe("step size of the optimiser"),
  optimizer: z.enum(["sgd", "adam", "adamw", "rmsprop"]).default("adam").describe("update rule"),
  schedule: z
    .string()
    .default("constant")
    .describe(`learning rate over the updates: ${scheduleSyntax}`),
  clipNorm: z.number().min(0).default(0).describe("largest norm of the gradient; 0 clips nothing"),
  ema: z.number().min(0).lt(1).default(0).describe("decay of averaged weights; 0 keeps none"),
  checkpointSeconds: z
    .number()
    .min(0)
    .default(10)
    .describe(
      "least seconds between checkpoints, which are written ten times an epoch, or after passes",
    ),
  keep: count.default(2).describe("checkpoints that are kept besides the best"),
});

export type TrainingOptions = z.output<typeof trainingSchema>;

/** Passes over the images where neither the user nor the model says. */
export const DEFAULT_EPOCHS = 20;

/**
 * What the user gave, over the model's defaults, over ours.
 *
 * @throws ConfigError when a value is out of range, or more than one budget is given
 */
export function trainingOptions(
  given: Readonly<Record<string, unknown>>,
  defaults: TrainingDefaults,
): TrainingOptions {
  const budgets = ["epochs", "steps", "minutes"].filter((key) => given[key] !== undefined);
  if (budgets.length > 1) {
    throw new ConfigError(`${budgets.join(" and ")} are both given; training takes one of them`);
  }
  const { epochs = DEFAULT_EPOCHS, ...usual } = defaults;
  const budget = budgets.length === 0 ? { epochs } : {};
  const options = parseConfig(trainingSchema, { ...usual, ...budget, ...given }, "training");
  parseSchedule(options.schedule);
  if (options.minutes !== undefined && options.schedule.includes("cosine")) {
    throw new ConfigError("a cosine must know its length: give epochs or steps, not minutes");
  }
  return options;
}

const optimizers: Readonly<Record<TrainingOptions["optimizer"], () => Optimizer>> = {
  sgd: () => sgd({ momentum: 0.9 }),
  adam: () => adam(),
  adamw: () => adamW(),
  rmsprop: () => rmsProp(),
};

/** The update rule of this name, with its usual settings; `sgd` has a momentum of 0.9. */
export function optimizerNamed(name: TrainingOptions["optimizer"]): Optimizer {
  return optimizers[name]();
}
