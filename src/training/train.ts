import { join } from "node:path";
import { parseConfig } from "../core/config.js";
import { RunError, TrainingError } from "../core/errors.js";
import type { ModelDefinition } from "../core/model.js";
import { valuesOf } from "../core/stored-state.js";
import { type DataSpec, parseDataSpec } from "../data/data-spec.js";
import type { ImageSet } from "../data/image-set.js";
import type { Device, StateValues } from "../runtime/program.js";
import { type Checkpoint, latestCheckpoint } from "./checkpoint.js";
import { systemClock } from "./clock.js";
import { toJson } from "./json-document.js";
import { type TrainingOptions, trainingOptions } from "./options.js";
import { type Position, START } from "./recorder.js";
import type { OpenRun } from "./run-directory.js";
import type { RunRecord } from "./run-record.js";
import { runRecorder } from "./run-recorder.js";
import { openSession, type TrainingProgress } from "./session.js";
import { versions } from "./versions.js";

/** A run that is locked, and what it needs to be trained from where it stands. */
export interface TrainRequest {
  readonly run: OpenRun;
  readonly definition: ModelDefinition;
  /** The train split as loaded, before validation images are held out and pixels binarised. */
  readonly images: ImageSet;
  readonly device: Device;
  /** Weights to begin with; asked for where the run has no checkpoint yet. */
  weights?(): Promise<StateValues | undefined>;
  /** Also writes event files that TensorBoard reads. */
  readonly tensorboard?: boolean;
  /** Training finishes its step, keeps its state and returns. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (progress: TrainingProgress) => void;
  readonly onWarning?: (message: string) => void;
}

export interface TrainResult {
  readonly status: "finished" | "interrupted";
  readonly record: RunRecord;
}

/** What a new run is made of. */
export interface NewRun {
  readonly definition: ModelDefinition;
  readonly config: Readonly<Record<string, unknown>>;
  readonly data: DataSpec;
  readonly training: TrainingOptions;
  readonly seed: number;
  readonly device: Device;
  /** The run whose weights it begins with. */
  readonly weights?: RunRecord["weights"] | undefined;
}

/** The record of a run that has not begun. */
export function newRecord(run: NewRun): RunRecord {
  const { definition, config, data, training, seed, device, weights = null } = run;
  return {
    model: definition.id,
    config: toJson(config),
    data: toJson(data),
    training: toJson(training),
    seed,
    weights,
    versions: { ...versions() },
    device: { kind: device.kind, threads: device.threads },
    progress: { step: 0, epoch: 0, seconds: 0, best: null, outcome: null },
    status: "running",
  };
}

/**
 * Trains a run from its latest checkpoint, or from the start where it has none, until its budget is
 * used up. Interrupted anywhere and called again, it ends bit for bit where it would have ended.
 *
 * @throws TrainingError when a loss is not finite; the last checkpoint is intact
 * @throws RunError when the run cannot be read or written
 */
export async function train(request: TrainRequest): Promise<TrainResult> {
  const { run, definition, images, device } = request;
  const { record } = run;
  const options = trainingOptions(record.training, definition.training);
  const { checkpoint, warnings } = await latestCheckpoint(run.paths.checkpoints);
  for (const warning of warnings) request.onWarning?.(warning);
  const session = await openSession(
    {
      definition,
      config: parseConfig(definition.config, record.config, definition.id),
      data: parseDataSpec(record.data),
      options,
      images,
      device,
      seed: record.seed,
      weights: checkpoint === undefined ? await request.weights?.() : undefined,
    },
    checkpoint && ((groups) => valuesOf(checkpoint.tensors, groups, { source: checkpoint.path })),
  );
  const from = positionOf(checkpoint);
  const secondsBefore = checkpoint === undefined ? 0 : record.progress.seconds;
  const begun = systemClock.seconds();
  const seconds = () => secondsBefore + systemClock.seconds() - begun;
  const recorder = await runRecorder({
    run,
    trained: session.trained,
    options,
    from,
    stepsPerEpoch: session.stepsPerEpoch,
    seconds,
    tensorboard: request.tensorboard ?? false,
  });
  try {
    const finished = await session.run({ ...request, from, recorder, seconds });
    const status = finished ? "finished" : "interrupted";
    return { status, record: await recorder.close(status) };
  } catch (error) {
    await recorder.close("failed").catch(() => undefined);
    if (error instanceof TrainingError) throw await withRemedy(error, run);
    throw error;
  } finally {
    await session.viewer.release();
    await session.trained.release();
  }
}

/** Where a checkpoint stands. @throws RunError when it lacks what the loop needs */
function positionOf(checkpoint: Checkpoint | undefined): Position {
  if (checkpoint === undefined) return START;
  const { position } = checkpoint.info.extra as { position?: Position };
  if (position === undefined || position.step !== checkpoint.info.step) {
    throw new RunError(`${checkpoint.path} does not say where its training stood`);
  }
  return position;
}

async function withRemedy(error: TrainingError, { paths }: OpenRun): Promise<TrainingError> {
  const { checkpoint } = await latestCheckpoint(paths.checkpoints);
  const kept =
    checkpoint === undefined
      ? "no checkpoint had been written yet"
      : `the last good checkpoint, of step ${checkpoint.info.step}, is intact in ${join(paths.checkpoints)}`;
  return new TrainingError(`${error.message}; ${kept}`);
}
