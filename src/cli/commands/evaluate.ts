import type { Command } from "commander";
import type { OnDataProgress } from "../../data/progress.js";
import { comparisons } from "../../metrics/comparison.js";
import {
  type EvaluateOptions,
  type Evaluation,
  type EvaluationProgress,
  evaluate as evaluateImages,
} from "../../runs/evaluate.js";
import { type RealSplit, realSplits } from "../../runs/real-images.js";
import { act, type Context } from "../action.js";
import { EXTRACTOR_HELP } from "../extractor-help.js";
import { columns, figure, integer } from "../format.js";
import {
  addDeviceOptions,
  choice,
  type DeviceChoice,
  given,
  names,
  wholeNumber,
} from "../options.js";
import { resolveRun } from "../run-reference.js";

interface EvaluateChoice extends DeviceChoice {
  readonly real?: string;
  readonly split: RealSplit;
  readonly count?: number;
  readonly metrics?: readonly string[];
  readonly extractor?: string;
  readonly checkpoint?: "last" | "best";
  readonly draw: boolean;
  readonly resize: boolean;
  readonly seed: number;
}

const METRICS = Object.entries(comparisons)
  .map(([name, { description }]) => `${name} (${description})`)
  .join(", ");

export function evaluate(command: Command): void {
  command.argument(
    "<runs...>",
    "runs, zoo:NAME, or in their place folders, IDX or .npy files of images",
  );
  addDeviceOptions(command)
    .option("--real <name>", "real images, as they are (default: as the runs were trained on)")
    .addOption(choice("--split <name>", "which of the real images", realSplits).default("test"))
    .option(
      "-n, --count <n>",
      "images of each set (default: 10,000, or as many as there are real ones)",
      wholeNumber(1),
    )
    .option("--metrics <list>", `of ${METRICS} (default: all that can be computed)`, names)
    .option("--extractor <name>", EXTRACTOR_HELP)
    .addOption(
      choice("--checkpoint <which>", "weights to use (default: best, where there are some)", [
        "last",
        "best",
      ]),
    )
    .option("--draw", "draw each pixel of a sample, instead of showing its mean", false)
    .option("--resize", "bring images of another size to that of the real ones", false)
    .option("--seed <n>", "of samples, subsets and random weights", wholeNumber(0), 0);
  act(command, async (context, options: EvaluateChoice, references: string[]) => {
    for (const reference of references) resolveRun(reference);
    const evaluations = await showEvaluation(context, (reporting) =>
      evaluateImages(references, { ...given(options), ...reporting }),
    );
    for (const { warnings, of } of evaluations) {
      for (const warning of warnings) context.output.warn(`${of}: ${warning}`);
    }
    context.output.result({ evaluations }, evaluations.map(report).join("\n\n"));
  });
}

/** Shows how data is read, images are described and figures computed, in one bar. */
async function showEvaluation<T>(
  { output, signal }: Context,
  work: (reporting: Pick<EvaluateOptions, "load" | "signal" | "onProgress">) => Promise<T>,
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

function report({ of, figures, protocol }: Evaluation): string {
  const rows = figures.map(({ figure: name, value, spread, floor }) => [
    name,
    spread === undefined ? figure(value) : `${figure(value)} ± ${figure(spread)}`,
    floor === null ? "–" : figure(floor),
  ]);
  const facts = Object.entries(protocol)
    .filter(([, value]) => value !== null)
    .map(([key, value]) => [key, typeof value === "number" ? integer(value) : String(value)]);
  return [of, columns([["", "value", "floor"], ...rows]), columns(facts)].join("\n\n");
}
