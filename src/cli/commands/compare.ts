import type { Command } from "commander";
import { type Comparison, compare as compareRuns, type LikelihoodOrder } from "../../runs/index.js";
import { act } from "../action.js";
import { UsageError } from "../errors.js";
import {
  addEvaluationOptions,
  type EvaluationChoice,
  evaluationOptions,
} from "../evaluation-options.js";
import { showEvaluation } from "../evaluation-report.js";
import { byteSize, columns, duration, fact, figure, integer } from "../format.js";
import { imageFormat } from "../image-output.js";
import { drawModelRows } from "../model-rows.js";
import { wholeNumber } from "../options.js";
import { prepareOutput, writeOutput } from "../output-file.js";
import { resolveRun } from "../run-reference.js";

interface CompareChoice extends EvaluationChoice {
  readonly columns: number;
  readonly out: string;
}

const MOST_COLUMNS = 100;

export function compare(command: Command): void {
  command.argument("<runs...>", "run directories, or zoo:NAME for runs that ship with Figment");
  addEvaluationOptions(command, "fd, prdc, memorisation, and nll where a run has a density")
    .option("--columns <n>", "samples in each row of the picture", wholeNumber(1), 12)
    .option(
      "--out <file>",
      "the picture, a .png with a row of samples for each run",
      "compare.png",
    );
  act(command, async (context, options: CompareChoice, references: string[]) => {
    const { out, ...comparing } = options;
    if (imageFormat(out) !== ".png") throw new UsageError(`--out ${out}: a picture is a .png`);
    if (options.columns > MOST_COLUMNS) {
      throw new UsageError(`a row shows at most ${MOST_COLUMNS} samples`);
    }
    for (const reference of references) resolveRun(reference);
    await prepareOutput(out);
    const found = await showEvaluation(context, (reporting) =>
      compareRuns(references, { ...evaluationOptions(comparing), ...reporting }),
    );
    for (const { run, evaluation } of found.runs) {
      for (const warning of evaluation.warnings) context.output.warn(`${run}: ${warning}`);
    }
    await writeOutput(
      out,
      await drawModelRows([
        { label: "real images", images: found.real },
        ...found.runs.map(({ run, samples }) => ({ label: run, images: samples })),
      ]),
    );
    const runs = found.runs.map(({ samples: _, ...rest }) => rest);
    const document = { runs, likelihoods: found.likelihoods, out };
    context.output.result(document, [...report(found), `wrote ${out}`].join("\n\n"));
  });
}

function report({ runs, likelihoods }: Comparison): string[] {
  const names = [...new Set(runs.flatMap(({ evaluation }) => evaluation.figures.map(labelOf)))];
  const rows = runs.map(({ run, cost, evaluation }) => [
    run,
    ...names.map((name) => {
      const found = evaluation.figures.find((one) => labelOf(one) === name);
      if (found === undefined) return "–";
      return `${SIGNS[found.kind ?? "exact"]}${figure(found.value)}`;
    }),
    integer(cost.parameters),
    duration(cost.trainingSeconds),
    `${figure(1000 * cost.secondsPerImage)} ms`,
    byteSize(cost.bytes),
  ]);
  const floors = names.map((name) => {
    const found = runs[0].evaluation.figures.find((one) => labelOf(one) === name);
    return typeof found?.floor === "number" ? figure(found.floor) : "–";
  });
  const head = ["", ...names, "parameters", "training", "an image", "weights"];
  const table = columns([head, ...rows, ["floor: real images", ...floors]]);
  const { protocol, cautions } = runs[0].evaluation;
  const facts = COMMON.flatMap((key) => {
    const value = protocol[key];
    if (value === null || value === undefined) return [];
    return [[key, fact(value)]];
  });
  return [
    table,
    ...cautions.map((caution) => `! ${caution}`),
    ...likelihoods.map(likelihoodReport),
    columns(facts),
  ];
}

/** What all runs are judged by alike. */
const COMMON = [
  "generated images",
  "real images",
  "real set",
  "split",
  "real binarisation",
  "images of the floor",
  "training images searched",
  "extractor",
  "features",
  "extractor sha256",
  "resize",
  "quantisation",
  "seed",
  "version",
];

const labelOf = ({ figure: name }: { readonly figure: string }): string => name;

/** Before a likelihood that is not exact. */
const SIGNS = { exact: "", bound: "≤ ", estimate: "≈ " } as const;

function likelihoodReport({ images, exact, others }: LikelihoodOrder): string {
  const line = ({ run, nats, kind }: LikelihoodOrder["exact"][number], rank: string) => [
    `  ${rank}`,
    `${SIGNS[kind]}${figure(nats)}`,
    kind,
    run,
  ];
  const rows = [
    ...exact.map((one, at) => line(one, `${at + 1}.`)),
    ...others.map((one) => line(one, "–")),
  ];
  const told =
    others.length > 0 && exact.length > 0
      ? ["  – is not ranked: a bound may lie above the exact value, an estimate on either side"]
      : [];
  return [`nats of ${images}; lower is better`, columns(rows), ...told].join("\n");
}
