import { sample } from "../core/capabilities/sample.js";
import { score } from "../core/capabilities/score.js";
import { TrainingError } from "../core/errors.js";
import type { ImageSource } from "../core/images.js";
import type { LoadedModel } from "../core/loaded-model.js";
import type { StateValues } from "../runtime/program.js";
import type { Position, Recorder } from "./recorder.js";
import type { Trained } from "./trained.js";

/** What it takes to look at a model that is in training. */
export interface InspectionSetup {
  readonly trained: Trained;
  /** Draws samples and scores; its weights are replaced by those in training. */
  readonly viewer: LoadedModel;
  /** Images held out, and the seed to score them with; without them no weights are called best. */
  readonly validation?: { readonly images: ImageSource; readonly seed: number } | undefined;
  readonly recorder: Recorder;
}

/** When a look is taken. */
interface Moment {
  /** Epochs begun. */
  readonly epoch: number;
  /** Whether samples are drawn, where the model can. */
  readonly pictures: boolean;
}

/** Looks at a model between steps, and keeps the best weights that it has seen. */
export interface Inspection {
  /**
   * Draws pictures, scores the validation images, and reports both.
   *
   * @returns  the position, with the best validation loss so far
   * @throws TrainingError when the validation loss is not a number
   */
  look(position: Position, moment: Moment): Promise<Position>;
  /** Weights of the lowest validation loss, when it was reached since they were last asked for. */
  takeBest(): StateValues | undefined;
}

const PICTURES = 64;

export function inspection({ trained, viewer, validation, recorder }: InspectionSetup): Inspection {
  let improved: StateValues | undefined;
  return {
    async look(position, { epoch, pictures }) {
      const { step } = position;
      const draws = pictures && viewer.model.capabilities.sample !== undefined;
      if (validation === undefined && !draws) return position;
      await viewer.write(await trained.weights());
      if (draws) await recorder.samples(step, await sample(viewer, { count: PICTURES }));
      if (validation === undefined) return position;
      const { seed, images } = validation;
      const { value: nllNats } = await score(viewer, images, { seed, preview: true });
      if (Number.isNaN(nllNats)) {
        throw new TrainingError(`the validation loss after step ${step} is not a number`);
      }
      await recorder.metrics({ step, epoch, split: "validation", metrics: { nllNats } });
      if (!(nllNats < (position.best?.value ?? Number.POSITIVE_INFINITY))) return position;
      improved = await trained.weights();
      return { ...position, best: { step, value: nllNats } };
    },
    takeBest() {
      const weights = improved;
      improved = undefined;
      return weights;
    },
  };
}
