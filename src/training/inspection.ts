import { conditionLike } from "../core/capabilities/condition.js";
import { preview, type Rows } from "../core/capabilities/preview.js";
import { sample } from "../core/capabilities/sample.js";
import { census, judgeOf, validate } from "../core/capabilities/validate.js";
import { TrainingError } from "../core/errors.js";
import type { ImageSource } from "../core/images.js";
import type { LoadedModel } from "../core/loaded-model.js";
import type { StateValues } from "../runtime/program.js";
import type { Position, Recorder } from "./recorder.js";
import type { Metrics, Trainer } from "./trainer.js";

/** Setup for inspecting a model in training. */
export interface InspectionSetup {
  readonly trainer: Trainer;
  /** Draws pictures and validates; receives the current weights each time. */
  readonly viewer: LoadedModel;
  /**
   * Images to show for a model that does not sample; for others, their annotations condition
   * samples.
   */
  readonly shown: ImageSource;
  /** Held-out images and the seed to score them with; without them no weights are best. */
  readonly validation?: { readonly images: ImageSource; readonly seed: number } | undefined;
  /** Epochs between pictures. */
  readonly picturesEvery: number;
  readonly evaluation?: TrainingEvaluation | undefined;
  readonly recorder: Recorder;
}

/** Judges the samples of a model in training. */
export interface TrainingEvaluation {
  /** Epochs between evaluations; the last state is always evaluated. */
  readonly every: number;
  /** Figures by name. They may depend on the weights only, so that resuming stays exact. */
  measure(model: LoadedModel): Promise<Metrics>;
}

/** The moment of an inspection. */
interface Occasion {
  /** The current epoch, from 1. */
  readonly epoch: number;
  /** Whether training ends here: the last state is always drawn and evaluated. */
  readonly last: boolean;
}

/** What an inspection found. */
interface Look {
  /** With the best validation so far. */
  readonly position: Position;
  /** The validation, negated where higher is better; absent where there is none. */
  readonly loss?: number;
}

/** Inspects a model between steps and keeps the best weights so far. */
export interface Inspection {
  /**
   * Draws pictures, evaluates samples, validates on the held-out images and reports all.
   *
   * @throws TrainingError when the validation is not a number
   */
  look(position: Position, occasion: Occasion): Promise<Look>;
  /** Keeps the current weights if this loss, of which lower is better, is the lowest so far. */
  compare(position: Position, loss: number): Promise<Position>;
  /** The best weights, if they are new since the last call. */
  takeBest(): StateValues | undefined;
}

/** The split of evaluated samples in the log of metrics. */
export const EVALUATED = "generated";

const PICTURES = 64;
const ROWS = 16;

export function inspection(setup: InspectionSetup): Inspection {
  const { trainer, viewer, validation, recorder, picturesEvery, evaluation } = setup;
  const judge = judgeOf(viewer.model);
  let improved: StateValues | undefined;
  const keepIf = async (better: boolean, position: Position, value: number): Promise<Position> => {
    if (!better) return position;
    improved = await trainer.weights();
    return { ...position, best: { step: position.step, value } };
  };
  return {
    compare: (position, loss) =>
      keepIf(loss < (position.best?.value ?? Number.POSITIVE_INFINITY), position, loss),
    async look(position, { epoch, last }) {
      const { step } = position;
      const due = (every: number) => last || epoch % every === 0;
      const draw = due(picturesEvery) ? drawingOf(setup) : undefined;
      const evaluated = evaluation !== undefined && due(evaluation.every);
      const validated = validation !== undefined && judge !== undefined;
      if (draw === undefined && !evaluated && !validated) return { position };
      await viewer.write(await trainer.weights());
      if (draw !== undefined) await recorder.samples(step, await draw());
      if (evaluated) {
        const metrics = await evaluation.measure(viewer);
        await recorder.metrics({ step, epoch, split: EVALUATED, metrics });
      }
      if (validation === undefined || judge === undefined) return { position };
      const { seed, images } = validation;
      const value = await validate(viewer, images, { seed });
      if (Number.isNaN(value)) {
        throw new TrainingError(`the validation after step ${step} is not a number`);
      }
      const metrics = { [judge.metric]: value, ...(await census(viewer, images, { seed })) };
      await recorder.metrics({ step, epoch, split: "validation", metrics });
      const sign = judge.better === "lower" ? 1 : -1;
      const before = position.best?.value ?? sign * Number.POSITIVE_INFINITY;
      const better = sign * value < sign * before;
      return { position: await keepIf(better, position, value), loss: sign * value };
    },
    takeBest() {
      const weights = improved;
      improved = undefined;
      return weights;
    },
  };
}

/** How to draw pictures of a model: its preview where it defines one, else samples. */
function drawingOf({ viewer, shown }: InspectionSetup): (() => Promise<Rows>) | undefined {
  const { capabilities, preview: rows, conditionedOn = [] } = viewer.model;
  if (rows !== undefined) return () => preview(viewer, shown, { count: ROWS });
  if (capabilities.sample === undefined) return undefined;
  return async () => {
    const condition = conditionLike(shown.annotations ?? {}, PICTURES, conditionedOn);
    const images = await sample(viewer, { count: PICTURES, condition });
    return { images, columns: Math.ceil(Math.sqrt(PICTURES)) };
  };
}
