import type { Command } from "commander";
import { type Finetuning, finetune as finetuneRun } from "../../runs/finetune.js";
import { act } from "../action.js";
import { columns, fact, integer, percent } from "../format.js";
import {
  addRunOptions,
  given,
  numberAbove,
  numberFrom,
  type RunChoice,
  wholeNumber,
} from "../options.js";
import { resolveRun } from "../run-reference.js";
import { showWork } from "../work.js";

interface FinetuneChoice extends RunChoice {
  readonly labels: number[];
  readonly seeds: number;
  readonly steps: number;
  readonly batch: number;
  readonly lr: number;
  readonly probe: number;
  readonly hidden: number[];
}

export function finetune(command: Command): void {
  addRunOptions(command)
    .option(
      "--labels <list>",
      "labelled images, as many of each class: numbers such as 100,1000, or all",
      labelCounts,
      [100],
    )
    .option("--seeds <n>", "repetitions with other images and weights", wholeNumber(2), 5)
    .option("--steps <n>", "training steps of each classifier", wholeNumber(1), 500)
    .option("--batch <n>", "images per step, or all where there are fewer", wholeNumber(1), 64)
    .option(
      "--lr <x>",
      "learning rate, ten times that for a head alone; it falls to 0 along a cosine",
      numberAbove(0),
      1e-3,
    )
    .option(
      "--probe <share>",
      "share of the steps of fine-tuning in which the head learns alone, before the encoder joins",
      numberFrom(0),
      0.5,
    )
    .option(
      "--hidden <widths>",
      "dense layers between code and classes, such as 128 (default: none)",
      widthList,
      [],
    );
  act(command, async (context, options: FinetuneChoice, reference: string) => {
    const { batch: batchSize, lr: learningRate, ...rest } = options;
    resolveRun(reference);
    const found = await showWork(context, "training classifiers, steps", (work) =>
      finetuneRun(reference, {
        ...given(rest),
        labels: options.labels,
        batchSize,
        learningRate,
        ...given({ signal: work.signal, onProgress: work.onProgress }),
        load: { onNote: context.output.note, ...given({ signal: work.signal }) },
      }),
    );
    const { warnings, ...document } = found;
    for (const warning of warnings) context.output.warn(warning);
    context.output.result(document, report(found));
  });
}

const WAYS = {
  frozen: "encoder frozen",
  "fine-tuned": "encoder fine-tuned",
  scratch: "encoder from scratch",
  pixels: "logistic regression on pixels",
} as const;

function report({ run, model, step, rows, protocol }: Finetuning): string {
  const counts = [...new Set(rows.map(({ labels }) => labels))];
  const tables = counts.map((labels) => {
    const own = rows.filter((row) => row.labels === labels);
    return columns([
      [`${integer(labels)} labels`, "test error", "95 % interval", "lower than from scratch by"],
      ...own.map(({ way, error, gain }) => [
        WAYS[way],
        percent(error.mean),
        `${percent(Math.max(0, error.low))} to ${percent(error.high)}`,
        gain ? `${points(gain.mean)} (${points(gain.low)} to ${points(gain.high)})` : "",
      ]),
    ]);
  });
  const facts = [
    ["run", `${run} (${model}, step ${step})`],
    ...Object.entries(protocol).map(([key, value]) => [key, fact(value)]),
  ];
  return [...tables, columns(facts)].join("\n\n");
}

/** Percentage points. */
const points = (share: number): string => (100 * share).toFixed(2);

/** Parses `100,1000,all`. */
const labelCounts = (text: string): number[] =>
  text
    .split(",")
    .map((part) => (part.trim() === "all" ? Number.POSITIVE_INFINITY : wholeNumber(1)(part)));

const widthList = (text: string): number[] => text.split(",").map(wholeNumber(1));
