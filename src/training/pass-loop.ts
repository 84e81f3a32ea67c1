import type { Fit, FitStage } from "../core/fit.js";
import type { ImageSource } from "../core/images.js";
import { type InspectionSetup, inspection } from "./inspection.js";
import type { PassTrainer } from "./pass-trainer.js";
import { withoutBetter } from "./patience.js";
import type { FitPosition, LoopState, Position } from "./recorder.js";
import type { Metrics } from "./trainer.js";

export interface PassLoopSetup extends InspectionSetup {
  readonly trainer: PassTrainer;
  readonly fit: Fit;
  /** The training images for pass `pass`, counted from 0 over all stages and starts. */
  imagesOf(pass: number): ImageSource;
  readonly stepsPerPass: number;
  /** Passes of a stage without its own limit; infinite where a time limit ends it. */
  readonly passes: number;
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
  /** Passes of the last stage without a better validation after which a start ends. */
  readonly patience?: number | undefined;
  /** Awaited before each pass. */
  beforeStep?(step: number): void | Promise<void>;
  onStep?(step: number, metrics: Metrics): void;
  onWarning?(message: string): void;
  /** Checked between batches: true ends the loop with the state of the last whole pass. */
  shouldStop(): boolean;
}

const FIRST: FitPosition = { restart: 0, stage: 0, pass: 0, converged: false };

/**
 * The one loop for fitting by passes: it gathers, maximises, checks convergence, validates and
 * reports. A stage has converged when a pass changes the loss by less than its tolerance. The loop
 * reports a loss that rises by more, and never counts it as convergence. Of several starts it keeps
 * the one with the best validation; without validation images, the one whose parameters have the
 * lowest training loss.
 *
 * @param from  where to start: the beginning, or the position of a checkpoint
 * @returns     the position reached, and whether the fit is complete
 * @throws TrainingError when a loss or a parameter is not a number
 */
export async function passLoop(
  setup: PassLoopSetup,
  from: Position,
): Promise<{ position: Position; complete: boolean }> {
  const { trainer, fit, recorder, stepsPerPass } = setup;
  const { look, compare, takeBest } = inspection(setup);
  const lastStage = fit.stages.length - 1;
  let position = from;
  let metrics: Metrics = {};
  const state = (): LoopState => ({ position, outcome: outcomeOf(setup, position), takeBest });
  let complete = false;
  while (!setup.shouldStop()) {
    const before = position.fit;
    const at = nextPass(setup, before);
    if (isToCompare(setup, before, at)) {
      const { shouldStop } = setup;
      const measured = await trainer.measure(lastStage, setup.imagesOf(0), { shouldStop });
      if (measured === undefined) break;
      position = await compare(position, measured.loss ?? Number.POSITIVE_INFINITY);
      position = { ...position, fit: { ...before, compared: true } };
      await recorder.keep(state(), false);
      continue;
    }
    if (at === undefined) {
      complete = true;
      break;
    }
    const passes = position.step / stepsPerPass;
    const images = setup.imagesOf(passes);
    if (at.stage === 0 && at.pass === 0) {
      const { seed, signal } = setup;
      await trainer.begin(images, { seed, signal, restart: at.restart });
    }
    let { step } = position;
    await setup.beforeStep?.(step);
    const measured = await trainer.pass(at.stage, images, {
      onBatch: () => setup.onStep?.(++step, metrics),
      shouldStop: setup.shouldStop,
    });
    if (measured === undefined) break;
    metrics = measured;
    const stage = fit.stages[at.stage];
    const reached = afterPass(stage, at, measured.loss);
    position = { ...position, step, fit: reached };
    warnOfFall(setup, stage, reached);
    const epoch = passes + 1;
    const numbers = { ...measured, restart: at.restart, stage: at.stage };
    await recorder.metrics({ step, epoch, split: "train", metrics: numbers });
    if (at.stage === lastStage) {
      const last = nextPass(setup, reached) === undefined;
      const found = await look(position, { epoch, last });
      position = { ...found.position, fit: afterValidation(reached, found.loss) };
    }
    await recorder.keep(state(), false);
  }
  await recorder.keep(state(), true);
  return { position, complete };
}

/** Largest number of batches of a fit; infinite where only time or convergence ends it. */
export function mostSteps({
  fit,
  passes,
  stepsPerPass,
}: Pick<PassLoopSetup, "fit" | "passes" | "stepsPerPass">): number {
  const each = fit.stages.map((stage) => passesOf(stage, passes));
  return each.reduce((sum, count) => sum + count, 0) * fit.restarts * stepsPerPass;
}

const passesOf = ({ maxPasses }: FitStage, budget: number): number =>
  Number.isFinite(maxPasses) ? maxPasses : budget;

/** True when a start has ended and its training loss must still be compared with the others. */
function isToCompare(
  { fit, validation }: PassLoopSetup,
  before: FitPosition | undefined,
  at: FitPosition | undefined,
): before is FitPosition {
  if (fit.restarts === 1 || validation !== undefined || before === undefined) return false;
  return at?.restart !== before.restart && before.compared !== true;
}

/**
 * The next pass: of the same stage, the next stage or the next start; undefined when none is left.
 */
function nextPass(setup: PassLoopSetup, at?: FitPosition): FitPosition | undefined {
  const { fit, passes } = setup;
  if (at === undefined) return FIRST;
  const ended = at.converged || isImpatient(setup, at);
  if (!ended && at.pass < passesOf(fit.stages[at.stage], passes)) return at;
  if (at.stage + 1 < fit.stages.length) {
    return { ...FIRST, restart: at.restart, stage: at.stage + 1 };
  }
  if (at.restart + 1 < fit.restarts) return { ...FIRST, restart: at.restart + 1 };
  return undefined;
}

/** True when the last validations of a start were no better than one before. */
const isImpatient = ({ fit, patience }: PassLoopSetup, { stage, pass, best }: FitPosition) =>
  patience !== undefined && stage === fit.stages.length - 1 && pass - (best?.pass ?? 0) >= patience;

function afterPass({ tolerance }: FitStage, at: FitPosition, loss?: number): FitPosition {
  const { restart, stage, pass, best } = at;
  const done = { restart, stage, pass: pass + 1, ...(best && { best }) };
  if (loss === undefined) return { ...done, converged: false };
  if (at.loss === undefined) return { ...done, loss, converged: false };
  const gain = at.loss - loss;
  return { ...done, loss, gain, converged: Math.abs(gain) < tolerance };
}

function afterValidation(at: FitPosition, loss: number | undefined): FitPosition {
  const better = loss !== undefined && loss < (at.best?.loss ?? Number.POSITIVE_INFINITY);
  return better ? { ...at, best: { pass: at.pass, loss } } : at;
}

function warnOfFall({ onWarning }: PassLoopSetup, stage: FitStage, at: FitPosition): void {
  if (at.gain === undefined || at.gain >= -stage.tolerance || at.converged) return;
  onWarning?.(
    `pass ${at.pass} of ${stage.name} raised the loss by ${(-at.gain).toPrecision(3)}, which an exact fit never does`,
  );
}

/** The outcome so far of the current stage, as a sentence. */
function outcomeOf(setup: PassLoopSetup, { fit: at }: Position): string | undefined {
  if (at === undefined) return undefined;
  const { fit } = setup;
  const told = stageOutcome(setup, at);
  return fit.restarts === 1 ? told : `start ${at.restart + 1} of ${fit.restarts}: ${told}`;
}

function stageOutcome(setup: PassLoopSetup, at: FitPosition): string {
  const { fit, patience } = setup;
  const { name, tolerance } = fit.stages[at.stage];
  const passes = `${at.pass} ${at.pass === 1 ? "pass" : "passes"}`;
  if (at.converged) return `${name} converged in ${passes} (change below ${tolerance})`;
  if (isImpatient(setup, at)) return `${name} ended in ${passes}: ${withoutBetter(patience)}`;
  if (at.gain === undefined) return `${name}: ${passes}`;
  const moved = at.gain < 0 ? "raised" : "lowered";
  return `${name} has not converged in ${passes}: the last one ${moved} the loss by ${Math.abs(at.gain).toPrecision(3)}`;
}
