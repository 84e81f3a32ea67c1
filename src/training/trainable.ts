import { imageReader } from "../core/capabilities/batches.js";
import { ConfigError } from "../core/errors.js";
import { fitsMissing, requireWhole, scoresMissing } from "../core/missing-pixels.js";
import type { Model, ModelDefinition } from "../core/model.js";
import { batchPlan } from "../data/batch-plan.js";
import { type DataSpec, dataTraits } from "../data/data-spec.js";
import type { ImageSet } from "../data/image-set.js";
import { validationSplit } from "../data/split.js";
import type { StateValues } from "../runtime/program.js";
import type { TrainingOptions } from "./options.js";

/** A model, its images and its budget, before anything is trained. */
export interface TrainingPlan {
  readonly definition: ModelDefinition;
  readonly config: Readonly<Record<string, unknown>>;
  readonly data: DataSpec;
  readonly options: TrainingOptions;
  /** What the user asked for, over the defaults. */
  readonly asked?: Partial<TrainingOptions>;
  /** The train split as loaded, before validation images are held out and pixels binarised. */
  readonly images: ImageSet;
  /** Weights to begin with, in place of drawn ones; for models that learn by gradients. */
  readonly weights?: StateValues | undefined;
}

/** What a plan comes to. */
interface Trainable {
  readonly model: Model;
  readonly train: ImageSet;
  readonly validation: ImageSet | undefined;
}

/**
 * Builds the model and holds out the validation images.
 *
 * @throws ConfigError when the configuration does not go with the data, the images are too few for a
 *                     batch, or a fit by passes is asked for what only gradients know
 * @throws DataError when the model learns from labels and the images have none, or needs the pixels that
 *                   the images lack
 */
export function requireTrainable(plan: TrainingPlan): Trainable {
  const { definition, config, data, options, images } = plan;
  const model = definition.build(config, dataTraits(data));
  imageReader({ definition, data: dataTraits(data), model }, images);
  const { train, validation } = divide(images, data);
  requirePixels(plan, model, validation);
  if (model.fit === undefined) {
    batchPlan({ count: train.count, batchSize: options.batchSize, seed: 0 });
  } else {
    requireForPasses(plan);
  }
  return { model, train, validation };
}

function requirePixels(
  { definition: { id }, images }: TrainingPlan,
  model: Model,
  validation: ImageSet | undefined,
): void {
  if (!fitsMissing(model)) {
    const why =
      model.fit === undefined
        ? "learns by gradients, which need whole images"
        : "is fitted to whole images only, as it is configured";
    requireWhole(images, "fit", `${id} ${why}`);
  }
  const { score } = model.capabilities;
  if (validation === undefined || score === undefined || scoresMissing(model)) return;
  requireWhole(validation, "score", `${id} scores whole images only; hold out none for validation`);
}

const ONLY_FOR_GRADIENTS = ["learningRate", "optimizer", "schedule", "clipNorm", "ema"] as const;

function requireForPasses({ definition, options, asked = {}, weights }: TrainingPlan): void {
  if (options.steps !== undefined) {
    throw new ConfigError(
      `${definition.id} is fitted by passes over all images: give epochs or minutes, not steps`,
    );
  }
  if (weights !== undefined) {
    throw new ConfigError(
      `${definition.id} is fitted by passes over all images, from a start of its own: it does not begin with weights`,
    );
  }
  const idle = ONLY_FOR_GRADIENTS.find((key) => asked[key] !== undefined);
  if (idle !== undefined) {
    throw new ConfigError(
      `${definition.id} is fitted by passes over all images, without gradients: ${idle} has no meaning for it`,
    );
  }
}

function divide(images: ImageSet, { validation }: DataSpec) {
  if (validation === null) return { train: images, validation: undefined };
  return validationSplit(images, validation.fraction, validation.seed);
}
