import { z } from "zod";
import { judgeOf } from "../core/capabilities/validate.js";
import { ConfigError, TrainingError } from "../core/errors.js";
import { jsonObject } from "./json-document.js";
import type { TrainingPlan } from "./plan.js";

/** By what to choose among several values of a setting; of each, the lowest is best. */
export const criterionNames = ["bic", "aic", "validation"] as const;
export type Criterion = (typeof criterionNames)[number];

const number = z.number().nullable();

/** One of the configurations to choose among, and how it fitted. */
const candidateSchema = z.strictObject({
  /** The values of the settings that vary, such as `{ components: 4 }`. */
  settings: jsonObject,
  /** Absent until it has been fitted. */
  fitted: z
    .strictObject({
      /** Mean negative log-likelihood of the training images; null where the model does not tell. */
      nllNats: number,
      aic: number,
      bic: number,
      /** The model's validation metric; null without validation images. */
      validation: number,
      /** How the fit ended, or why it failed, as a sentence. */
      outcome: z.string(),
    })
    .exactOptional(),
});

/** A choice among several configurations, as a run records it. */
export const choiceSchema = z.strictObject({
  by: z.enum(criterionNames),
  candidates: z.array(candidateSchema).min(1).max(10_000),
  /** The candidate that the run was then trained with, from 0; null until all are fitted. */
  chosen: z.int().min(0).nullable(),
});

export type Choice = z.output<typeof choiceSchema>;
export type Candidate = z.output<typeof candidateSchema>;
export type Fitted = NonNullable<Candidate["fitted"]>;

/**
 * Checks that a criterion can be computed, before any work.
 *
 * @throws ConfigError when the model does not count its parameters, or nothing is held out
 */
export function requireCriterion(
  by: Criterion,
  { definition: { id }, model, validation }: TrainingPlan,
): void {
  if (model.fit === undefined) {
    throw new ConfigError(
      `${id} learns by gradients; choosing among several values of a setting is for models that are fitted by passes`,
    );
  }
  if (by === "validation") {
    if (validation !== undefined && judgeOf(model) !== undefined) return;
    throw new ConfigError(
      "choose=validation compares validation images: hold some out, such as a share of 0.1",
    );
  }
  if (model.fit.freeParameters === undefined) {
    throw new ConfigError(`${id} has no ${by.toUpperCase()}; choose by validation instead`);
  }
}

/**
 * The number of the candidate with the lowest criterion.
 *
 * @throws TrainingError when none could be fitted
 */
export function bestCandidate({ by, candidates }: Choice): number {
  const values = candidates.map(({ fitted }) => fitted?.[by] ?? Number.POSITIVE_INFINITY);
  const lowest = Math.min(...values);
  if (lowest < Number.POSITIVE_INFINITY) return values.indexOf(lowest);
  const reasons = candidates.map(
    ({ settings, fitted }) => `${named(settings)}: ${fitted?.outcome}`,
  );
  throw new TrainingError(
    `none of the ${candidates.length} fits to choose among succeeded: ${reasons.join("; ")}`,
  );
}

/** `components=4, covariance=full` */
export const named = (settings: Readonly<Record<string, unknown>>): string =>
  Object.entries(settings)
    .map(([key, value]) => `${key}=${value}`)
    .join(", ");
