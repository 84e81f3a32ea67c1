import type { OnDataProgress } from "../data/progress.js";
import type {
  EvaluateOptions,
  Evaluation,
  EvaluationProgress,
  JudgedFigure,
} from "../runs/index.js";
import type { Context } from "./action.js";
import { columns, fact, figure, integer } from "./format.js";

type EvaluationReporting = Pick<EvaluateOptions, "load" | "signal" | "onProgress">;

/** Shows how data is read, images are described and figures computed, in one bar. */
export async function showEvaluation<T>(
  { output, signal }: Context,
  work: (reporting: EvaluationReporting) => Promise<T>,
): Promise<T> {
  const progress = output.progress();
  const onProgress = ({ label, done, total }: EvaluationProgress) => {
    const details = [`${integer(done)} of ${integer(total)}`];
    progress.update({ fraction: done / total, label, details });
  };
  const onData: OnDataProgress = ({ what, done, total }) => {
    if (total !== undefined) onProgress({ label: what, done, total });
  };
  try {
    return await work({
      load: { onProgress: onData, onNote: output.note, signal },
      signal,
      onProgress,
    });
  } finally {
    progress.stop();
  }
}

/** An evaluation as a table: each figure beside its interval and its floor, then the protocol. */
export function evaluationReport({ of, figures, cautions, protocol }: Evaluation): string {
  const drawn = figures.some(({ draws }) => draws !== undefined);
  const head = ["", "value", drawn ? "sd of draws" : "95 % interval", "floor"];
  const rows = figures.map((found) => [
    found.kind === undefined ? found.figure : `${found.figure} (${found.kind})`,
    shownValue(found),
    variation(found),
    found.floor === null ? "–" : figure(found.floor),
  ]);
  const facts = Object.entries(protocol)
    .filter(([, value]) => value !== null)
    .map(([key, value]) => [key, fact(value)]);
  return [
    of,
    columns([head, ...rows]),
    ...(cautions.length > 0 ? [cautions.map((caution) => `! ${caution}`).join("\n")] : []),
    columns(facts),
  ].join("\n\n");
}

function shownValue({ value, of, spread }: JudgedFigure): string {
  if (of !== undefined) return `${figure(value)} of ${integer(of)}`;
  return spread === undefined ? figure(value) : `${figure(value)} ± ${figure(spread)}`;
}

function variation({ draws, interval }: JudgedFigure): string {
  if (draws !== undefined) return figure(draws.standardDeviation);
  return interval === undefined ? "–" : `${figure(interval.low)} to ${figure(interval.high)}`;
}
