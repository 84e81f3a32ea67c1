import { type AnnotationName, presentAnnotations } from "../core/annotations.js";
import type { DataTraits } from "../core/batch.js";
import { imageReader } from "../core/capabilities/batches.js";
import { judgeOf } from "../core/capabilities/validate.js";
import { ConfigError, DataError } from "../core/errors.js";
import { fitsMissing, requireWhole, scoresMissing } from "../core/missing-pixels.js";
import type { Model, ModelDefinition, Parts } from "../core/model.js";
import { requireParts } from "../core/part.js";
import { phasesOf } from "../core/phases.js";
import {
  annotationsRead,
  groupsOf,
  readsProgress,
  requireBatchSize,
  stepsOf,
  variablesOf,
} from "../core/state.js";
import { type BatchPlan, batchPlan } from "../data/batch-plan.js";
import { type DataSpec, dataTraits } from "../data/data-spec.js";
import type { ImageSet } from "../data/image-set.js";
import { validationSplit } from "../data/split.js";
import type { StateValues } from "../runtime/program.js";
import {
  type AskedOptions,
  forGradients,
  type GradientOptions,
  type TrainingOptions,
  updateRuleOf,
} from "./options.js";
import type { Stage } from "./stages.js";
import { trainingGroups } from "./step-program.js";
import { neverDone, timelineOf } from "./timeline.js";

/** The model, data and options of a training: parsed and loaded, but not yet checked together. */
export interface TrainingRequest {
  readonly definition: ModelDefinition;
  readonly config: Readonly<Record<string, unknown>>;
  readonly data: DataSpec;
  readonly options: TrainingOptions;
  /** Changes of the options when the run was resumed. */
  readonly stages?: readonly Stage[];
  /** Options that the user set, over the defaults. */
  readonly asked?: AskedOptions;
  /** The train split as loaded, before holding out validation images and binarising pixels. */
  readonly images: ImageSet;
  /** Trained models that this one contains. */
  readonly parts?: Parts;
  /** Initial values by full name in place of drawn ones, parts included. */
  readonly weights?: StateValues | undefined;
}

/** A checked training. Nothing is computed or written yet. */
export interface TrainingPlan extends TrainingRequest {
  readonly parts: Parts;
  readonly stages: readonly Stage[];
  readonly traits: DataTraits;
  readonly model: Model;
  readonly train: ImageSet;
  readonly validation: ImageSet | undefined;
  /** Annotations that training reads. */
  readonly reads: readonly AnnotationName[];
  /** Batches of the whole training; infinite where only time or convergence ends it. */
  readonly totalSteps: number;
  /** Changes to the request, as notes for the user. */
  readonly notes: readonly string[];
}

/**
 * Checks a training before any work begins: it builds the model and holds out the validation
 * images.
 *
 * @throws ConfigError when the configuration, the parts and the data do not fit together, a step
 *   trains nothing, phases do not add up, the images are too few for a batch, a model that is
 *   fitted by passes is given weights, or a training with patience has no validation
 * @throws DataError when the images lack annotations or pixels that the model needs
 */
export function planTraining(request: TrainingRequest): TrainingPlan {
  const { definition, config, data, images, parts = {}, stages = [] } = request;
  const traits = dataTraits(data);
  requireParts(definition, parts, traits);
  const model = definition.build(config, traits, parts);
  const { train, validation } = divide(images, data);
  const reads =
    model.fit === undefined
      ? annotationsRead(model, traits)
      : presentAnnotations(traits.annotations).filter((name) =>
          model.conditionedOn?.includes(name),
        );
  imageReader({ definition, data: traits, model }, images, [
    ...new Set([...reads, ...(model.conditionedOn ?? [])]),
  ]);
  requirePixels(request, model, validation);
  requirePatience(request, model, validation);
  const planned = { ...request, parts, stages, traits, model, train, validation, reads };
  return model.fit === undefined ? planGradients(planned) : planPasses(planned);
}

type Unbudgeted = Omit<TrainingPlan, "totalSteps" | "notes">;

function planGradients(plan: Unbudgeted): TrainingPlan {
  const { definition, model, train, asked = {}, traits } = plan;
  if (!forGradients(plan.options)) {
    throw new ConfigError(
      `${definition.id} learns by gradients, but its training defaults are for passes`,
    );
  }
  const batchSize =
    asked.batchSize === undefined ? usualBatch(plan, plan.options.batchSize) : asked.batchSize;
  // Another update rule than the definition's comes without betas.
  const usesBetas = asked.betas === undefined && plan.options.betas !== undefined;
  const options: GradientOptions = {
    ...plan.options,
    batchSize,
    ...(usesBetas && model.betas && { betas: [...model.betas] }),
  };
  const notes =
    batchSize === plan.options.batchSize
      ? []
      : [
          `a step takes ${batchSize} images instead of the usual ${plan.options.batchSize}, to suit the data`,
        ];
  if (train.weights?.every((weight) => weight === 0)) {
    throw new DataError(`the weights of ${train.name} are all 0: no image counts`);
  }
  const { stepsPerEpoch } = batchesOf(plan, batchSize, 0);
  const totalSteps = totalStepsOf(options, stepsPerEpoch);
  const phases = phasesOf(model);
  if (stepsOf(model).length === 0) {
    throw new ConfigError(
      `${definition.id}, as configured, has neither steps nor a fit, so it cannot learn`,
    );
  }
  requireBatchSize(model, traits, batchSize);
  timelineOf(phases, totalSteps);
  notes.push(...neverDone(phases, totalSteps));
  trainingGroups(groupsOf(variablesOf(model, traits).list()), phases, updateRuleOf(options));
  if (!Number.isFinite(totalSteps) && readsProgress(model, traits)) {
    throw new ConfigError(
      `${definition.id}, as configured, changes its loss over the training and must know its length: give epochs or steps, not minutes`,
    );
  }
  return { ...plan, options, totalSteps, notes };
}

/** Batches of a whole training by gradients; infinite where a time limit ends it. */
export const totalStepsOf = ({ steps, epochs }: GradientOptions, stepsPerEpoch: number): number =>
  steps ?? (epochs ?? Number.POSITIVE_INFINITY) * stepsPerEpoch;

type Batched = Pick<TrainingPlan, "train" | "model">;

/** The classes that share each batch equally: the domains of a union, or where the model asks for it. */
const sharesOf = ({ train, model }: Batched) =>
  train.isUnion || model.balanced ? train.annotations?.class : undefined;

/**
 * Plans the batches of a training: shuffled, with equally many images from each domain of a union.
 *
 * @throws ConfigError when the batch size does not fit the images
 */
export function batchesOf(plan: Batched, batchSize: number, seed: number): BatchPlan {
  const { train } = plan;
  const domains = sharesOf(plan)?.values;
  return batchPlan({ count: train.count, batchSize, seed, ...(domains && { domains }) });
}

/** The usual batch size, or the largest below it that the images fill and the domains divide. */
function usualBatch(plan: Batched, usual: number): number {
  const domains = sharesOf(plan)?.names.length ?? 1;
  const most = Math.min(usual, plan.train.count);
  return Math.max(domains, most - (most % domains));
}

function planPasses(plan: Unbudgeted): TrainingPlan {
  const { definition, weights } = plan;
  if (weights !== undefined) {
    throw new ConfigError(
      `${definition.id} is fitted by passes over all images and makes its own start, so it cannot start from weights`,
    );
  }
  return { ...plan, totalSteps: Number.POSITIVE_INFINITY, notes: [] };
}

function requirePixels(
  { definition: { id }, images }: TrainingRequest,
  model: Model,
  validation: ImageSet | undefined,
): void {
  if (!fitsMissing(model)) {
    const why =
      model.fit === undefined
        ? "learns by gradients, which need images without missing pixels"
        : "is fitted, as configured, only to images without missing pixels";
    requireWhole(images, "fit", `${id} ${why}`);
  }
  const { score } = model.capabilities;
  if (validation === undefined || score === undefined || scoresMissing(model)) return;
  requireWhole(
    validation,
    "score",
    `${id} scores only images without missing pixels; hold out none for validation`,
  );
}

/** @throws ConfigError when training is to end early, and nothing says when or it would lose a phase */
function requirePatience(
  { definition: { id }, options }: TrainingRequest,
  model: Model,
  validation: ImageSet | undefined,
): void {
  if (options.patience === undefined) return;
  const why = "patience counts epochs without a better validation";
  if (judgeOf(model) === undefined) throw new ConfigError(`${why}, and ${id} has none`);
  if (validation === undefined) {
    throw new ConfigError(`${why}: hold images out for it, such as a share of 0.1`);
  }
  if (model.fit === undefined && phasesOf(model).length > 1) {
    throw new ConfigError(
      `${id} is trained in phases, each with its share of the training: patience could end it before the last`,
    );
  }
}

function divide(images: ImageSet, { validation }: DataSpec) {
  if (validation === null) return { train: images, validation: undefined };
  return validationSplit(images, validation.fraction, validation.seed);
}
