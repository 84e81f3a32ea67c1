import { ConfigError } from "../core/errors.js";
import type { Phase, Step } from "../core/steps.js";
import { averagedBy } from "./averaging.js";

/** A step that runs on a batch. */
export interface DueStep {
  readonly step: Step;
  /** Number of updates of each trained scope's moments, this one included. */
  readonly updates: ReadonlyMap<string, number>;
  /** The same for the average of each scope whose average it updates. */
  readonly averages: ReadonlyMap<string, number>;
}

/** The place of a batch in the training. */
export interface Moment {
  /** Number of the phase, from 0. */
  readonly phase: number;
  /** Share of the whole training done before the batch, in [0, 1). */
  readonly progress: number;
  /** Share of the phase done before the batch, in [0, 1). */
  readonly phaseProgress: number;
  /** The steps that run on this batch, in order. */
  readonly due: readonly DueStep[];
}

/**
 * Which steps run on which batches: a pure function of the batch's number, so resuming is exact.
 */
export interface Timeline {
  /** The moment of the batch `index`, from 0. */
  at(index: number): Moment;
}

/**
 * Lays out the phases of a training over its batches.
 *
 * @param totalSteps  batches of the whole training; infinite where a time limit ends it
 * @throws ConfigError when there are several phases and no number of batches, or fewer batches than phases
 */
export function timelineOf(phases: readonly Phase[], totalSteps: number): Timeline {
  if (phases.length > 1 && !Number.isFinite(totalSteps)) {
    throw new ConfigError(
      "a training with phases must know its length: give epochs or steps, not minutes",
    );
  }
  const ends = endsOf(phases, totalSteps);
  const starts = [0, ...ends.slice(0, -1)];
  const empty = phases.findIndex((_, phase) => starts[phase] === ends[phase]);
  if (empty >= 0) {
    throw new ConfigError(
      `too few steps (${totalSteps}): the share ${phases[empty].share} of the phase "${phases[empty].name}" is less than one step`,
    );
  }
  /** Updates in earlier phases by the steps that `counts` picks, at most one in each phase. */
  const before = (phase: number, counts: (step: Step, of: Phase) => boolean): number =>
    phases.slice(0, phase).reduce((sum, earlier, number) => {
      const step = earlier.steps.find((candidate) => counts(candidate, earlier));
      const length = ends[number] - starts[number];
      return sum + (step === undefined ? 0 : Math.floor(length / (step.every ?? 1)));
    }, 0);
  return {
    at(index) {
      const found = ends.findIndex((end) => index < end);
      const phase = found < 0 ? phases.length - 1 : found;
      const offset = index - starts[phase];
      const due = phases[phase].steps.flatMap((step) => {
        const { every = 1, name, trains } = step;
        if ((offset + 1) % every !== 0) return [];
        const turn = (offset + 1) / every;
        const updates = trains.map((scope) => {
          const shared = (other: Step) => other.name === name && other.trains.includes(scope);
          return [scope, before(phase, shared) + turn] as const;
        });
        const averages = averagedBy(phases[phase], step).map((scope) => {
          const moves = (other: Step, of: Phase) => averagedBy(of, other).includes(scope);
          return [scope, before(phase, moves) + turn] as const;
        });
        return [{ step, updates: new Map(updates), averages: new Map(averages) }];
      });
      const length = ends[phase] - starts[phase];
      return {
        phase,
        progress: Number.isFinite(totalSteps) ? Math.min(index / totalSteps, 1) : 0,
        phaseProgress: Number.isFinite(length) ? Math.min(offset / length, 1) : 0,
        due,
      };
    },
  };
}

/**
 * What a training never does, as notes for the user: steps that come only after more batches than their
 * phase has.
 */
export function neverDone(phases: readonly Phase[], totalSteps: number): string[] {
  const ends = endsOf(phases, totalSteps);
  return phases.flatMap(({ name, steps }, phase) => {
    const length = ends[phase] - (ends[phase - 1] ?? 0);
    const where = phases.length > 1 ? `the phase "${name}"` : "the training";
    return steps
      .filter(({ every = 1 }) => every > length)
      .map(
        (step) =>
          `the step "${step.name}" never runs: it comes on every ${step.every}th batch, and ${where} has ${length}`,
      );
  });
}

/** The end (exclusive) of each phase, in batches. */
function endsOf(phases: readonly Phase[], totalSteps: number): number[] {
  let share = 0;
  return phases.map((phase, number) => {
    share += phase.share;
    return number === phases.length - 1 ? totalSteps : Math.round(share * totalSteps);
  });
}
