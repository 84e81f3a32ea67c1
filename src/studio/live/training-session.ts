import type { LoadedModel } from "../../core/loaded-model.js";
import { learnsByGradients } from "../../core/model.js";
import { binarise } from "../../data/binarise.js";
import { trainModel } from "../../in-memory.js";
import { findModel } from "../../models/registry.js";
import type { Interlude, TrainingProgress } from "../../training/session.js";
import type { SessionInfo } from "../engine/engine.js";
import type { MetricsEvent, SessionEvent } from "../engine/events.js";
import type { Subject } from "../engine/questions/question.js";
import type { TrainingSpec } from "../engine/spec.js";
import { desk } from "./desk.js";
import type { Environment } from "./environment.js";
import { gate } from "./gate.js";
import type { LiveSession } from "./live-session.js";
import { reporter } from "./reporter.js";
import { sessionInfo } from "./session-info.js";
import { trainParts } from "./train-parts.js";
import { watcher } from "./watcher.js";

/**
 * Trains a model that people watch: it pauses, steps and answers questions between its steps.
 *
 * @returns  the session once its training is planned and about to do its first step
 * @throws ConfigError, DataError: each says what to do
 */
export async function trainingSession(
  id: string,
  spec: TrainingSpec,
  environment: Environment,
  emit: (event: SessionEvent) => void,
): Promise<LiveSession> {
  const definition = findModel(spec.model);
  const images = await environment.images(spec.data, spec.size);
  const binarisation = { mode: spec.binarise, seed: 0 } as const;
  const shown = binarise(images, binarisation);
  const notes: string[] = [];
  const questions = desk();
  const doors = gate(spec.paused);
  const report = reporter(emit);
  const frames = watcher(spec.watch, emit);
  const stop = new AbortController();
  const { signal } = stop;
  const byGradients = learnsByGradients(definition);
  let trained: LoadedModel | undefined;
  let begun = (_: SessionInfo) => {};
  let serving = Promise.resolve();

  const info = (model: LoadedModel): SessionInfo =>
    sessionInfo(model, {
      id,
      data: images.name,
      kept: spec.keep ?? null,
      images: images.count,
      notes,
    });

  /** Shows the finished model: what is watched, and answers. */
  const showEnd = () => {
    serving = serving.then(async () => {
      if (trained === undefined) return;
      const subject = async (): Promise<Subject> => ({ model: trained!, images: shown });
      await frames.look(report.step, subject, true);
      await questions.serve(subject);
    });
  };

  async function beforeStep({ step, model }: Interlude): Promise<void> {
    let current: Promise<LoadedModel> | undefined;
    const subject = async (): Promise<Subject> => {
      current ??= model();
      return { model: await current, images: shown, signal };
    };
    if (step === 0) begun(info(await model()));
    for (;;) {
      await questions.serve(subject);
      if (signal.aborted) return;
      if (!doors.running || frames.due(performance.now())) {
        await frames.look(step, subject, !doors.running);
      }
      if (doors.admits()) break;
      report.status(doors.running ? "running" : "paused");
      if (!questions.waiting) await doors.wait();
    }
    report.status(doors.running ? "running" : "paused");
  }

  const options = {
    model: definition,
    images,
    config: spec.config,
    training: spec.training,
    binarisation,
    validation: spec.validation,
    seed: spec.seed,
    signal,
    beforeStep,
    // In between, a fit by passes can only repeat what its last pass measured.
    onProgress: (progress: TrainingProgress) =>
      report.progress(byGradients ? progress : { ...progress, metrics: {} }),
    onWarning: (text: string) => {
      notes.push(text);
      report.note(text);
    },
    onMetrics(line: Pick<MetricsEvent, "step" | "metrics"> & { readonly split: string }) {
      // Steps report their own metrics as they go.
      if (line.split === "train" && byGradients) return;
      const { step, metrics } = line;
      report.metrics({ step, split: line.split as MetricsEvent["split"], metrics });
    },
  };
  const train = async () => {
    const device = await environment.device();
    const shared = { images, binarisation, seed: spec.seed, signal, device };
    const { parts, release } = await trainParts(spec, shared);
    try {
      return await (spec.keep === undefined || environment.trainRun === undefined
        ? trainModel({ ...options, device, parts })
        : environment.trainRun(spec.keep, { ...options, spec }));
    } finally {
      await release();
    }
  };
  const opened = new Promise<SessionInfo>((resolve) => {
    begun = resolve;
  });
  const ended = train().then(
    (model) => {
      trained = model;
      if (signal.aborted) return;
      report.status("finished");
      showEnd();
    },
    (error: Error) => {
      report.status("failed", error.message);
      throw error;
    },
  );
  ended.catch(() => undefined);
  const opening = await Promise.race([opened, ended.then(() => opened)]);
  return {
    info: opening,
    command(command) {
      if (command.do === "watch") frames.replace(command.watch);
      doors.command(command);
      if (trained !== undefined) showEnd();
    },
    ask(name, request) {
      const answer = questions.ask(name, request);
      doors.wake();
      if (trained !== undefined) showEnd();
      return answer;
    },
    async close() {
      stop.abort();
      doors.open();
      await ended.catch(() => undefined);
      await serving;
      await trained?.release();
    },
  };
}
