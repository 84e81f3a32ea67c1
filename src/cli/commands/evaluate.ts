import type { Command } from "commander";
import { comparisons } from "../../metrics/comparison/registry.js";
import { evaluate as evaluateImages } from "../../runs/index.js";
import { type RealSplit, realSplits } from "../../runs/real-images.js";
import { act } from "../action.js";
import { evaluationReport, showEvaluation } from "../evaluation-report.js";
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
  readonly repeat: number;
  readonly checkpoint?: "last" | "best";
  readonly draw: boolean;
  readonly resize: boolean;
  readonly seed: number;
}

const METRICS = Object.entries(comparisons)
  .map(([name, { description }]) => `${name} (${description})`)
  .join(", ");

const USUAL = "fd, kd, prdc";

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
    .option(
      "--metrics <list>",
      `of ${METRICS} (default: ${USUAL} and what the extractor and the data allow of is, memorisation and plane)`,
      names,
    )
    .option(
      "--extractor <name>",
      "pixels, random, or a run that encodes or classifies (default: zoo:classifier-mnist for its images where it ships, else pixels)",
    )
    .option(
      "--repeat <n>",
      "draw so many times, with consecutive seeds, and show means and standard deviations",
      wholeNumber(1),
      1,
    )
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
    context.output.result({ evaluations }, evaluations.map(evaluationReport).join("\n\n"));
  });
}
