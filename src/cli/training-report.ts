import { commandsOf } from "../core/capabilities/table.js";
import type { ModelDefinition } from "../core/model.js";
import { shellWord } from "../core/shell-word.js";
import type { TrainRunOptions } from "../runs/index.js";
import type { TrainingOptions } from "../training/options.js";
import type { TrainingProgress } from "../training/session.js";
import type { TrainResult } from "../training/train.js";
import type { Metrics } from "../training/trainer.js";
import type { Context } from "./action.js";
import { candidateLine, choiceTable } from "./choice-report.js";
import { saveEvaluationChart } from "./evaluation-chart.js";
import { columns, duration, figure, integer, plural } from "./format.js";
import { Interrupted } from "./interrupt.js";

type Reporting = Required<
  Pick<
    TrainRunOptions,
    "onProgress" | "onWarning" | "onDevice" | "onEvaluation" | "onCandidate" | "signal"
  >
>;

/** Weight of the last step's loss in the smoothed loss on display. */
const NEWEST_SHARE = 0.05;

/**
 * Shows the progress of training while `work` runs.
 *
 * @param announcement  printed once training has started
 */
export async function showTraining<T>(
  { output, signal }: Context,
  { epochs, minutes }: Pick<TrainingOptions, "epochs" | "minutes">,
  announcement: string,
  work: (reporting: Reporting) => Promise<T>,
): Promise<T> {
  const progress = output.progress();
  progress.update({ fraction: 0, label: "preparing" });
  let loss: number | undefined;
  let begun = false;
  let computedOn = "";
  try {
    return await work({
      signal,
      onWarning: output.warn,
      onDevice(description) {
        computedOn = `\non ${description}`;
      },
      onEvaluation({ label, done, total }) {
        progress.update({ fraction: done / total, label, details: [] });
      },
      onCandidate: (candidate, by) => output.note(candidateLine(candidate, by)),
      onProgress(state) {
        if (!begun) output.note(announcement + computedOn);
        begun = true;
        const { epoch, step, metrics, imagesPerSecond, secondsLeft } = state;
        loss = smoothed(loss, metrics.loss);
        const total = epochs === undefined ? "" : `/${epochs}`;
        const speed = imagesPerSecond > 0 ? `${integer(imagesPerSecond)} images/s` : "";
        const shown =
          loss === undefined ? lossesOf(metrics) || `step ${step}` : `loss ${figure(loss)}`;
        progress.update({
          fraction: fractionOf(state, minutes),
          label: `epoch ${epoch}${total}`,
          details: [shown, speed],
          secondsLeft,
        });
      },
    });
  } finally {
    progress.stop();
  }
}

/** The losses of several steps: `critic 0.41, generator 1.2`. */
const lossesOf = (metrics: Metrics): string =>
  Object.entries(metrics)
    .filter(([name]) => name.endsWith(".loss"))
    .map(([name, loss]) => `${name.slice(0, -".loss".length)} ${figure(loss)}`)
    .join(", ");

const smoothed = (before: number | undefined, now: number | undefined) =>
  before === undefined || now === undefined ? now : before + NEWEST_SHARE * (now - before);

function fractionOf(
  { step, totalSteps, secondsLeft = 0 }: TrainingProgress,
  minutes: number | undefined,
): number {
  if (minutes !== undefined) return 1 - secondsLeft / (minutes * 60);
  return totalSteps === undefined ? 0 : step / totalSteps;
}

/** Reports the result of training and the next commands; an interruption sets the exit code. */
export async function reportTraining(
  { output, signal }: Context,
  { status, record }: TrainResult,
  out: string,
  definition: ModelDefinition,
  stepBefore = 0,
): Promise<void> {
  const { step, epoch, seconds, best, outcome } = record.progress;
  const { bold, dim } = output.colours;
  const trained = `${plural(epoch, "epoch")}, ${plural(step, "step")}, ${duration(seconds)}`;
  const chart = await saveEvaluationChart(out);
  const rows = [
    ["trained", `${record.model} on ${dataName(record)}: ${trained}`],
    ...(best === null
      ? []
      : [["best", `${best.metric} ${figure(best.value)}, at step ${integer(best.step)}`]]),
    ...(outcome === null ? [] : [["outcome", outcome]]),
    ["run", out],
    ...(chart === undefined ? [] : [["evaluated", chart]]),
  ];
  const document = {
    status,
    run: out,
    model: record.model,
    data: dataName(record),
    ...(record.choice && { config: record.config, choice: record.choice }),
    ...record.progress,
  };
  const choice = record.choice === null ? "" : `\n\n${choiceTable(record.choice)}`;
  if (status === "interrupted") {
    const again = `figment train --resume ${shellWord(out)}`;
    const text = `${columns(rows)}${choice}\n\n${bold("interrupted")}, and saved. Continue with: ${again}`;
    output.result({ ...document, resume: again }, text);
    if (signal.reason instanceof Interrupted) process.exitCode = signal.reason.exitCode;
    return;
  }
  const commands = commandsOf(definition).map((name) => `  figment ${name} ${shellWord(out)}`);
  const nothing =
    step === stepBefore
      ? `\nThe run had already ended; give it more, such as ${moreOf(record)}.`
      : "";
  output.result(
    document,
    `${columns(rows)}${choice}${nothing}\n\n${dim("next:")}\n${commands.join("\n")}`,
  );
}

/** What lets a run that has ended go on. */
function moreOf({ progress: { epoch, outcome }, training }: TrainResult["record"]): string {
  const early = outcome?.includes("no better validation") === true;
  return early
    ? `--patience ${Number(training.patience) * 2}`
    : `--epochs ${Math.max(epoch, 1) * 2}`;
}

const dataName = ({ data }: TrainResult["record"]) => String(data.name);
