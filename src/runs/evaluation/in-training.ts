import { ConfigError, DataError, UnavailableError } from "../../core/errors.js";
import type { LoadedModel } from "../../core/loaded-model.js";
import { binarise } from "../../data/binarise.js";
import { findDataset } from "../../data/datasets.js";
import type { PlanarDensity } from "../../data/planar/density.js";
import type { ComparedSets } from "../../metrics/comparison/comparison.js";
import { pixelsOf } from "../../metrics/comparison/pixels.js";
import type { DeviceOptions } from "../../runtime/program.js";
import type { TrainingEvaluation } from "../../training/inspection.js";
import type { TrainingPlan } from "../../training/plan.js";
import type { Metrics } from "../../training/trainer.js";
import { againstOptimal } from "../against-optimal.js";
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
/** Points of each set: as many as the modes of a plane are counted with. */
const POINTS = 2_500;

/** Names in `metrics.jsonl`, by figure. */
const NAMES: Readonly<Record<string, string>> = {
  "Fréchet distance": "frechetDistance",
  "modes found": "modes",
  "within 3σ of a mode": "withinThreeSigma",
  "reverse KL of modes": "reverseKlOfModesNats",
  "reverse KL by cells": "reverseKlByCellsNats",
  "JSD by cells": "jsdByCellsNats",
  "outside the window": "outside",
  "KL of modes": "klOfModesNats",
  "off every mode": "offMode",
};
/** The figure whose floor is shown beside it. */
const FLOORED = { images: "Fréchet distance", points: "JSD by cells" } as const;

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
    const planar = images.plane !== undefined;
    const count = Math.min(planar ? POINTS : COUNT, images.real.count);
    const progress = onProgress && { onProgress };
    const work: Work = {
      ...progress,
      seed,
      split: "all",
      count,
      metrics: metricsFor(planar, through.extractor.classifier !== undefined),
      through,
      images,
    };
    const known = await describeReal(work);
    const floored = planar ? FLOORED.points : FLOORED.images;
    const floor = (await floorsFor(count, known, work)).get(floored) as number;
    const density = findDataset(plan.data.source)?.density;
    return {
      every,
      close: through.close,
      async measure(model: LoadedModel) {
        const { condition } = realCondition(model, images.training ?? images.real, count, seed);
        const quantise = !planar;
        const drawing = { count, seed, quantise, ...(condition && { condition }) };
        const parts = partsOfModel(model, "samples", drawing);
        const generated = await described(parts, count, "evaluating samples", work);
        const sets = { ...known.sets, generated };
        const figures = await measured(sets, "evaluating: ", work, { seed, intervals: false });
        const values = figures.map(({ figure, value }) => [NAMES[figure] ?? figure, value]);
        const against = density && (await optimalBeside(model, density, sets));
        return {
          ...Object.fromEntries(values),
          [`${NAMES[floored]}Floor`]: floor,
          ...against,
        };
      },
    };
  } catch (error) {
    await through.close();
    throw error;
  }
}

const metricsFor = (planar: boolean, classifies: boolean): Work["metrics"] =>
  planar ? ["plane"] : ["fd", "prdc", ...(classifies ? (["modes"] as const) : [])];

/** A discriminator that judges single points, beside the optimal one. */
async function optimalBeside(
  model: LoadedModel,
  density: PlanarDensity,
  sets: ComparedSets,
): Promise<Metrics> {
  const { capabilities, conditionedOn = [] } = model.model;
  if (capabilities.realness === undefined || conditionedOn.length > 0) return {};
  const [real, drawn] = [sets.real, sets.generated].map((set) => pixelsOf(set).values);
  const { gap, jsdNats, valueNats } = await againstOptimal(model, density, { real, drawn });
  return { discriminatorGap: gap, jsdNats, discriminatorJsdNats: valueNats };
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
  const unseen = prepared(drawnFrom(train, plane === undefined ? COUNT : POINTS, 0));
  const known = { real, unseen, training: unseen, binarisation: binarisation.mode };
  return { ...known, ...(plane && { plane }) };
}
