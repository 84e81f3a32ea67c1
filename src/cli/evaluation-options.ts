import type { Command } from "commander";
import { comparisons } from "../metrics/comparison/registry.js";
import { type RealSplit, realSplits } from "../runs/real-images.js";
import { EXTRACTOR_HELP } from "./extractor-help.js";
import {
  addDeviceOptions,
  choice,
  type DeviceChoice,
  given,
  names,
  wholeNumber,
} from "./options.js";

/** Options of the commands that compare images with real ones. */
export interface EvaluationChoice extends DeviceChoice {
  readonly real?: string;
  readonly split: RealSplit;
  readonly count?: number;
  readonly metrics?: readonly string[];
  readonly extractor?: string;
  readonly repeat: number;
  readonly checkpoint?: "last" | "best";
  readonly draw: boolean;
  readonly channels?: "1" | "3";
  readonly resize: boolean;
  readonly seed: number;
}

/** The options as the library takes them. */
export const evaluationOptions = <T extends EvaluationChoice>({ channels, ...rest }: T) =>
  given({ ...rest, channels: channels === undefined ? undefined : Number(channels) });

const METRICS = Object.entries(comparisons)
  .map(([name, { description }]) => `${name} (${description})`)
  .join(", ");

/** @param usual  the metrics by default, for the help */
export function addEvaluationOptions(command: Command, usual: string): Command {
  return addDeviceOptions(command)
    .option("--real <name>", "real images, as they are (default: as the runs were trained on)")
    .addOption(choice("--split <name>", "which of the real images", realSplits).default("test"))
    .option(
      "-n, --count <n>",
      "images of each set (default: 10,000, or as many as there are real ones)",
      wholeNumber(1),
    )
    .option("--metrics <list>", `of ${METRICS} (default: ${usual})`, names)
    .option("--extractor <name>", EXTRACTOR_HELP)
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
    .addOption(choice("--channels <n>", "bring all images to grey (1) or colour (3)", ["1", "3"]))
    .option("--resize", "bring images of another size to that of the real ones", false)
    .option("--seed <n>", "of samples, subsets and random weights", wholeNumber(0), 0);
}
