import { join } from "node:path";
import { writeFileAtomic } from "../core/atomic-file.js";
import { valuesOf } from "../core/stored-state.js";
import { encodeGrid } from "../data/picture.js";
import { bestCheckpoint, writeBest, writeCheckpoint } from "./checkpoint.js";
import { systemClock } from "./clock.js";
import { toJson } from "./json-document.js";
import { openMetricsLog, truncateAfter } from "./metrics-log.js";
import type { TrainingOptions } from "./options.js";
import type { LoopState, Position, Recorder } from "./recorder.js";
import { type LockedRun, writeRun } from "./run-directory.js";
import type { RunRecord, RunStatus } from "./run-record.js";
import { openEventWriter } from "./tensorboard.js";
import type { Trainer } from "./trainer.js";

/** A recorder that stores the loop's reports in a run directory. */
export interface RunRecorder extends Recorder {
  /** Writes the final status into the run's record, and closes its files. */
  close(status: RunStatus): Promise<RunRecord>;
}

export interface RunRecorderSetup {
  readonly run: LockedRun;
  readonly trainer: Trainer;
  /** The metric that picks the best checkpoint, such as `validation.nllNats`. */
  readonly bestMetric: string;
  readonly options: TrainingOptions;
  /** Where training continues. Later records are dropped, because training repeats their steps. */
  readonly from: Position;
  readonly stepsPerEpoch: number;
  /** Seconds of training since the run began, without pauses. */
  seconds(): number;
  readonly tensorboard: boolean;
}

export async function runRecorder(setup: RunRecorderSetup): Promise<RunRecorder> {
  const { run, trainer, options, from, stepsPerEpoch, bestMetric } = setup;
  const { paths } = run;
  await truncateAfter(paths.metrics, from.step);
  const log = await openMetricsLog(paths.metrics);
  const resumedAt = from.step > 0 ? from.step : undefined;
  const events = setup.tensorboard ? await openEventWriter(paths.events, { resumedAt }) : undefined;
  let record: RunRecord = { ...run.record, status: "running" };
  let lastCheckpoint = systemClock.seconds();
  await writeRun(paths, record);

  async function checkpoint({ position, outcome, takeBest }: LoopState): Promise<void> {
    const { step, best } = position;
    const epoch = Math.floor(step / stepsPerEpoch);
    const named = best && { best: { metric: bestMetric, value: best.value } };
    await log.sync();
    const weights = takeBest();
    if (weights !== undefined && best !== undefined) {
      const info = { step: best.step, epoch: Math.floor(best.step / stepsPerEpoch), extra: {} };
      await writeBest(paths.checkpoints, {
        groups: trainer.weightGroups,
        values: weights,
        info: { ...info, ...named },
      });
    }
    await writeCheckpoint(
      paths.checkpoints,
      {
        groups: trainer.state.groups,
        values: await trainer.state.read(),
        info: { step, epoch, ...named, extra: { position: toJson(position) } },
      },
      { keep: options.keep },
    );
    lastCheckpoint = systemClock.seconds();
    const progress = {
      step,
      epoch,
      seconds: setup.seconds(),
      best: best === undefined ? null : { metric: bestMetric, ...best },
      outcome: outcome ?? null,
    };
    record = { ...record, progress };
    await writeRun(paths, record);
  }

  return {
    async metrics(line) {
      await log.append(line);
      const tagged = Object.entries(line.metrics).map(([name, value]) => [
        `${line.split}/${name}`,
        value,
      ]);
      await events?.scalars(line.step, Object.fromEntries(tagged));
    },
    async samples(step, { images, columns }) {
      const path = join(paths.samples, `step-${String(step).padStart(8, "0")}.png`);
      const picture = await encodeGrid(images, { columns }, path);
      await writeFileAtomic(path, picture.png);
      await events?.image(step, "samples", picture);
    },
    async keep(state, final) {
      const due = systemClock.seconds() - lastCheckpoint >= options.checkpointSeconds;
      if (final || due) await checkpoint(state);
    },
    async best() {
      const kept = await bestCheckpoint(paths.checkpoints);
      return kept && valuesOf(kept.tensors, trainer.weightGroups, { source: kept.path });
    },
    async close(status) {
      record = { ...record, status };
      await writeRun(paths, record);
      await log.close();
      await events?.close();
      return record;
    },
  };
}
