import { z } from "zod";
import { parseConfig } from "../core/config.js";
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
  batchSize: count.default(128).describe("images a step"),
  checkpointSeconds: z
    .number()
    .min(0)
    .default(10)
    .describe(
      "least seconds between checkpoints, which are written ten times an epoch, or after passes",
    ),
  patience: count
    .optional()
    .describe(
      "epochs without a better validation after which training ends; for a fit by passes, a start",
    ),
  keep: count.default(2).describe("checkpoints that are kept besides the best"),
};

/** How a model is fitted by passes, apart from what it is, what it is fitted to, and the seed. */
const passSchema = z.strictObject(shared);

/** How a model is trained by gradients, apart from what it is, what it is trained on, and the seed. */
const gradientSchema = z.strictObject({
  ...shared,
  steps: count.optional().describe("training steps, instead of epochs"),
  learningRate: z.number().positive().default(1e-3).describe("step size of the optimiser"),
  optimizer: z.enum(optimizerNames).default("adam").describe("update rule"),
  betas: z
    .tuple([decay, decay])
    .optional()
    .describe("decay of the means of gradients and of their squares, of adam and adamw"),
  momentum: decay.optional().describe("of sgd (0.9 by default) and rmsprop (0 by default)"),
  weightDecay: z
    .number()
    .min(0)
    .optional()
    .describe("decay of the weights; the rule's own by default"),
  schedule: z
    .string()
    .default("constant")
    .describe(`learning rate over the updates: ${scheduleSyntax}`),
  clipNorm: z.number().min(0).default(0).describe("largest norm of the gradient; 0 clips nothing"),
  ema: decay.default(0).describe("decay of averaged weights; 0 keeps none"),
});

export type PassOptions = z.output<typeof passSchema>;
export type GradientOptions = z.output<typeof gradientSchema>;
export type TrainingOptions = PassOptions | GradientOptions;

/** What a user may ask for; a model that is fitted by passes refuses what only gradients know. */
export type AskedOptions = Partial<GradientOptions>;

/** Passes over the images where neither the user nor the model says. */
export const DEFAULT_EPOCHS = 20;

/**
 * What the user asked for, over the model's defaults, over ours.
 *
 * @param model  its id, for messages
 * @throws ConfigError when a value is out of range, more than one budget is given, or the model is
 *   fitted by passes and an option is for gradients
 */
export function trainingOptions(
  asked: Readonly<Record<string, unknown>>,
  defaults: TrainingDefaults,
  model: string,
): TrainingOptions {
  const budgets = ["epochs", "steps", "minutes"].filter((key) => asked[key] !== undefined);
  if (budgets.length > 1) {
    throw new ConfigError(`${budgets.join(" and ")} are both given; training takes one of them`);
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
    throw new ConfigError("a cosine must know its length: give epochs or steps, not minutes");
  }
  return options;
}

/** Defaults without the betas and momentum of another update rule than the one that is asked for. */
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
      `${model} is fitted by passes over all images, without gradients: ${idle} has no meaning for it`,
    );
  }
}

/** How the gradients of a training become updates. */
export const updateRuleOf = ({
  optimizer,
  betas,
  momentum,
  weightDecay,
  clipNorm,
  ema,
}: GradientOptions): UpdateRule => ({ optimizer, betas, momentum, weightDecay, clipNorm, ema });

/** True for the options of a training by gradients. */
export const forGradients = (options: TrainingOptions): options is GradientOptions =>
  "optimizer" in options;
