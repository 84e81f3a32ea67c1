import { existsSync } from "node:fs";
import { judgeOf } from "../core/capabilities/validate.js";
import { RunError, TrainingError } from "../core/errors.js";
import { recordsOf } from "../core/part.js";
import { valuesOf } from "../core/stored-state.js";
import type { Device } from "../runtime/program.js";
import { type Checkpoint, latestCheckpoint } from "./checkpoint.js";
import { systemClock } from "./clock.js";
import type { TrainingEvaluation } from "./inspection.js";
import { toJson } from "./json-document.js";
import type { MetricsLine } from "./metrics-log.js";
import type { TrainingPlan } from "./plan.js";
import { type Position, positionSchema, type Recorder, START } from "./recorder.js";
import type { LockedRun } from "./run-directory.js";
import type { RunRecord } from "./run-record.js";
import { runRecorder } from "./run-recorder.js";
import { openSession, type SessionRun, type TrainingProgress } from "./session.js";
import { versions } from "./versions.js";

/** A locked run, and the plan for training it from its current position. */
export interface TrainJob {
  readonly run: LockedRun;
  readonly plan: TrainingPlan;
  readonly device: Device;
  /** Judges samples on the way. */
  readonly evaluation?: TrainingEvaluation | undefined;
  /** Whether to write event files for TensorBoard as well; a resumed run continues them by default. */
  readonly tensorboard?: boolean;
  /** When aborted, training finishes its step, saves its state and returns. */
  readonly signal?: AbortSignal | undefined;
  /** Receives each line of metrics once it is in the log. */
  readonly onMetrics?: (line: MetricsLine) => void;
  readonly beforeStep?: NonNullable<SessionRun["beforeStep"]>;
  readonly onProgress?: (progress: TrainingProgress) => void;
  readonly onWarning?: (message: string) => void;
}

export interface TrainResult {
  readonly status: "finished" | "interrupted";
  readonly record: RunRecord;
}

/** The record of a run that has not started. */
export function newRecord(
  plan: TrainingPlan,
  { kind, threads }: Pick<Device, "kind" | "threads">,
  {
    seed,
    weights = null,
    choice = null,
  }: { seed: number } & Partial<Pick<RunRecord, "weights" | "choice">>,
): RunRecord {
  return {
    model: plan.definition.id,
    config: toJson(plan.config),
    data: toJson(plan.data),
    training: toJson(plan.options),
    stages: [...plan.stages],
    seed,
    weights,
    choice,
    parts: recordsOf(plan.parts),
    versions: { ...versions() },
    device: { kind, threads },
    progress: { step: 0, epoch: 0, seconds: 0, best: null, outcome: null },
    status: "running",
  };
}

/**
 * Trains a run from its latest checkpoint, or from the start where it has none, until its budget is
 * used up. A run that is interrupted anywhere and resumed ends with the same bits as one that is
 * not.
 *
 * @throws TrainingError when a loss is not finite; the last checkpoint is intact
 * @throws RunError when the run cannot be read or written
 */
export async function train(job: TrainJob): Promise<TrainResult> {
  const { run, plan, device } = job;
  const { record } = run;
  const { checkpoint, warnings } = await latestCheckpoint(run.paths.checkpoints);
  for (const warning of warnings) job.onWarning?.(warning);
  if (checkpoint === undefined) requireFirstWeights(run, plan);
  const session = await openSession(
    { plan, device, seed: record.seed },
    checkpoint && ((groups) => valuesOf(checkpoint.tensors, groups, { source: checkpoint.path })),
  );
  const { trainer, viewer, stepsPerEpoch } = session;
  const from = positionOf(checkpoint);
  const secondsBefore = checkpoint === undefined ? 0 : record.progress.seconds;
  const begun = systemClock.seconds();
  const seconds = () => secondsBefore + systemClock.seconds() - begun;
  const recorder = await runRecorder({
    run,
    trainer,
    bestMetric:
      plan.validation === undefined ? "train.loss" : `validation.${judgeOf(viewer.model)?.metric}`,
    options: plan.options,
    from,
    stepsPerEpoch,
    seconds,
    tensorboard: job.tensorboard ?? existsSync(run.paths.events),
  });
  try {
    // From here on the run has its own copy of the weights it starts from.
    if (checkpoint === undefined && plan.weights !== undefined) {
      await recorder.keep({ position: START, takeBest: () => undefined }, true);
    }
    const observed: Recorder = {
      ...recorder,
      async metrics(line) {
        await recorder.metrics(line);
        job.onMetrics?.(line);
      },
    };
    const finished = await session.run({ ...job, from, recorder: observed, seconds });
    const status = finished ? "finished" : "interrupted";
    return { status, record: await recorder.close(status) };
  } catch (error) {
    await recorder.close("failed").catch(() => undefined);
    if (error instanceof TrainingError) throw await withRemedy(error, run);
    throw error;
  } finally {
    await session.release();
  }
}

/**
 * @throws RunError when a run should start from weights of other runs but has not stored them yet
 */
function requireFirstWeights({ record, paths }: LockedRun, { weights }: TrainingPlan): void {
  const borrowed = record.weights !== null || Object.keys(record.parts).length > 0;
  if (!borrowed || weights !== undefined) return;
  throw new RunError(
    `${paths.directory} ended before it stored the weights it starts from. Start it again: the same command with --overwrite`,
  );
}

/** The position of a checkpoint. @throws RunError when the checkpoint has none */
function positionOf(checkpoint: Checkpoint | undefined): Position {
  if (checkpoint === undefined) return START;
  const { data: position } = positionSchema.safeParse(checkpoint.info.extra.position);
  if (position?.step !== checkpoint.info.step) {
    throw new RunError(`${checkpoint.path} does not record the position of its training`);
  }
  return position;
}

async function withRemedy(error: TrainingError, { paths }: LockedRun): Promise<TrainingError> {
  const { checkpoint } = await latestCheckpoint(paths.checkpoints);
  const kept =
    checkpoint === undefined
      ? "no checkpoint was written yet"
      : `the last good checkpoint (step ${checkpoint.info.step}) is intact in ${paths.checkpoints}`;
  return new TrainingError(`${error.message}; ${kept}`);
}
