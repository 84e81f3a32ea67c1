import { z } from "zod";
import { parseConfig } from "../core/config.js";
import type { ConfigSchema } from "../core/config-schema.js";
import { ConfigError } from "../core/errors.js";
import type { GradientDefaults, TrainingDefaults } from "../core/model.js";
import { optimizerNames } from "../core/steps.js";
import { parseSchedule, scheduleSyntax } from "../nn/index.js";
import type { UpdateRule } from "./step-program.js";

const count = z.int().min(1);
const decay = z.number().min(0).lt(1);

const shared = {
  epochs: count.optional().describe("passes over the training images"),
  minutes: z.number().positive().optional().describe("minutes of training, instead of epochs"),
  batchSize: count.default(128).describe("images per step"),
  checkpointSeconds: z
    .number()
    .min(0)
    .default(10)
    .describe(
      "minimum seconds between checkpoints, which are written ten times per epoch or after passes",
    ),
  patience: count
    .optional()
    .describe(
      "epochs without a better validation after which training ends; for a fit by passes, a start",
    ),
  evaluateEvery: count
    .optional()
    .describe("epochs between evaluations of samples against validation images; none by default"),
  keep: count.default(2).describe("checkpoints to keep besides the best"),
};

/** How to fit a model by passes, apart from the model, the data and the seed. */
const passSchema = z.strictObject(shared);

/** How to train a model by gradients, apart from the model, the data and the seed. */
const gradientSchema = z.strictObject({
  ...shared,
  steps: count.optional().describe("training steps, instead of epochs"),
  learningRate: z.number().positive().default(1e-3).describe("step size of the optimiser"),
  optimizer: z.enum(optimizerNames).default("adam").describe("update rule"),
  betas: z
    .tuple([decay, decay])
    .optional()
    .describe("decay of the means of gradients and squared gradients, for adam and adamw"),
  momentum: decay.optional().describe("for sgd (0.9 by default) and rmsprop (0 by default)"),
  weightDecay: z.number().min(0).optional().describe("weight decay; by default the rule's own"),
  schedule: z
    .string()
    .default("constant")
    .describe(`learning rate over the updates: ${scheduleSyntax}`),
  clipNorm: z
    .number()
    .min(0)
    .default(0)
    .describe("largest norm of the gradient; 0 for no clipping"),
  ema: decay.default(0).describe("decay of averaged weights; 0 for no average"),
});

/** The options of a training, as help and forms show them. */
export const optionsSchema = (by: TrainingDefaults["by"]): ConfigSchema =>
  by === "gradients" ? gradientSchema : passSchema;

export type PassOptions = z.output<typeof passSchema>;
export type GradientOptions = z.output<typeof gradientSchema>;
export type TrainingOptions = PassOptions | GradientOptions;

/** Options a user may set; a model that is fitted by passes refuses those for gradients. */
export type AskedOptions = Partial<GradientOptions>;

/** Passes over the images where neither the user nor the model sets them. */
export const DEFAULT_EPOCHS = 20;

/**
 * Merges the user's options over the model's defaults over ours.
 *
 * @param model  id of the model, for messages
 * @throws ConfigError when a value is out of range, when more than one budget is given, or when the
 *   model is fitted by passes and an option is for gradients
 */
export function trainingOptions(
  asked: Readonly<Record<string, unknown>>,
  defaults: TrainingDefaults,
  model: string,
): TrainingOptions {
  const budgets = ["epochs", "steps", "minutes"].filter((key) => asked[key] !== undefined);
  if (budgets.length > 1) {
    throw new ConfigError(
      `${budgets.join(" and ")} are both given; training takes only one of them`,
    );
  }
  const { by, epochs = DEFAULT_EPOCHS, ...usual } = defaults;
  const budget = budgets.length === 0 ? { epochs } : {};
  const raw = { ...usualFor(usual, asked.optimizer), ...budget, ...asked };
  if (by === "passes") {
    requireForPasses(asked, model);
    return parseConfig(passSchema, raw, "training");
  }
  const options = parseConfig(gradientSchema, raw, "training");
  parseSchedule(options.schedule);
  if (options.minutes !== undefined && options.schedule.includes("cosine")) {
    throw new ConfigError(
      "a cosine schedule must know its length: give epochs or steps, not minutes",
    );
  }
  return options;
}

/** Defaults without betas and momentum where the user asks for another update rule. */
function usualFor<D extends Partial<Omit<GradientDefaults, "by">>>(defaults: D, asked: unknown) {
  if (asked === undefined || asked === defaults.optimizer) return defaults;
  const { betas: _, momentum: __, ...common } = defaults;
  return common;
}

/** @throws ConfigError when an option is for gradients alone */
function requireForPasses(asked: Readonly<Record<string, unknown>>, model: string): void {
  if (asked.steps !== undefined) {
    throw new ConfigError(
      `${model} is fitted by passes over all images: give epochs or minutes, not steps`,
    );
  }
  const idle = Object.keys(asked).find(
    (key) => asked[key] !== undefined && key in gradientSchema.shape && !(key in passSchema.shape),
  );
  if (idle !== undefined) {
    throw new ConfigError(
      `${model} is fitted by passes over all images, without gradients, so ${idle} has no effect`,
    );
  }
}

/** The update rule of a training by gradients. */
export const updateRuleOf = ({
  optimizer,
  betas,
  momentum,
  weightDecay,
  clipNorm,
  ema,
}: GradientOptions): UpdateRule => ({ optimizer, betas, momentum, weightDecay, clipNorm, ema });

/** Whether options are for a training by gradients. */
export const forGradients = (options: TrainingOptions): options is GradientOptions =>
  "optimizer" in options;
