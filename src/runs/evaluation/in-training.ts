import { ConfigError, DataError, UnavailableError } from "../../core/errors.js";
import type { LoadedModel } from "../../core/loaded-model.js";
import { binarise } from "../../data/binarise.js";
import type { DeviceOptions } from "../../runtime/program.js";
import type { TrainingEvaluation } from "../../training/inspection.js";
import type { TrainingPlan } from "../../training/plan.js";
import { drawnFrom, inBytes, partsOfModel } from "../judged-images.js";
import { knownDensity } from "../known-density.js";
import { openExtractor } from "../open-extractor.js";
import type { RealImages } from "../real-images.js";
import { FEWEST } from "./checks.js";
import { realCondition } from "./condition.js";
import type { EvaluationProgress, Work } from "./contract.js";
import { described } from "./describe.js";
import { describeReal, floorsFor } from "./known-real.js";
import { measured } from "./measure.js";

/** Images of each set: as many as a watched figure needs, not a published one. */
const COUNT = 1_000;
const METRICS = ["fd", "prdc"] as const;

/** Names in `metrics.jsonl`, by figure. */
const NAMES: Readonly<Record<string, string>> = { "Fréchet distance": "frechetDistance" };

interface OpenTrainingEvaluation extends TrainingEvaluation {
  close(): Promise<void>;
}

export interface InTrainingOptions extends DeviceOptions {
  readonly seed: number;
  readonly onProgress?: (work: EvaluationProgress) => void;
}

/**
 * Judges a model as it is trained: samples against the held-out validation images, never the test images,
 * which a training must not be steered by.
 *
 * @returns  undefined where the plan asks for no evaluation
 * @throws UnavailableError when the model cannot sample
 * @throws ConfigError, DataError when there are too few validation images or they do not suit the extractor
 */
export async function openTrainingEvaluation(
  plan: TrainingPlan,
  options: InTrainingOptions,
): Promise<OpenTrainingEvaluation | undefined> {
  const { evaluateEvery: every } = plan.options;
  if (every === undefined) return undefined;
  const images = imagesOf(plan);
  const { seed, onProgress, ...opening } = options;
  const through = await openExtractor(undefined, images.real, { ...opening, seed: 0 });
  try {
    const count = Math.min(COUNT, images.real.count);
    const progress = onProgress && { onProgress };
    const work: Work = {
      ...progress,
      seed,
      split: "all",
      count,
      metrics: METRICS,
      through,
      images,
    };
    const known = await describeReal(work);
    const floor = (await floorsFor(count, known, work)).get("Fréchet distance") as number;
    return {
      every,
      close: through.close,
      async measure(model: LoadedModel) {
        const { condition } = realCondition(model, images.training ?? images.real, count, seed);
        const quantise = images.plane === undefined;
        const drawing = { count, seed, quantise, ...(condition && { condition }) };
        const parts = partsOfModel(model, "samples", drawing);
        const generated = await described(parts, count, "evaluating samples", work);
        const sets = { ...known.sets, generated };
        const figures = await measured(sets, "evaluating: ", work, { seed, intervals: false });
        const values = figures.map(({ figure, value }) => [NAMES[figure] ?? figure, value]);
        return { ...Object.fromEntries(values), frechetDistanceFloor: floor };
      },
    };
  } catch (error) {
    await through.close();
    throw error;
  }
}

/** @throws UnavailableError, ConfigError, DataError as {@link openTrainingEvaluation} does */
function imagesOf({ definition, model, data, train, validation }: TrainingPlan): RealImages {
  const asked = "evaluation while training";
  if (model.capabilities.sample === undefined) {
    throw new UnavailableError(`${asked} judges samples, and ${definition.id} draws none`);
  }
  if (validation === undefined) {
    throw new ConfigError(`${asked} needs validation images: hold out a share, such as 0.1`);
  }
  if (validation.count < FEWEST) {
    throw new DataError(
      `${asked} needs ${FEWEST} validation images, and there are ${validation.count}: hold out a larger share`,
    );
  }
  const plane = knownDensity(data.source);
  const { binarisation } = data;
  const prepared = (set: typeof train) =>
    binarise(plane === undefined ? inBytes(set) : set, binarisation);
  const real = { ...prepared(validation), split: "validation" };
  const unseen = prepared(drawnFrom(train, COUNT, 0));
  const known = { real, unseen, training: unseen, binarisation: binarisation.mode };
  return { ...known, ...(plane && { plane }) };
}
