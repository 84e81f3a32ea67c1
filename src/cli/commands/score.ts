import type { Command } from "commander";
import { type Score, score as scoreImages } from "../../core/capabilities/score.js";
import type { OpenRun } from "../../training/load-run.js";
import { act } from "../action.js";
import { protocolOf } from "../facts.js";
import { columns, figure, plural } from "../format.js";
import { firstOf, imagesFor } from "../images.js";
import {
  addImageOptions,
  addRunOptions,
  collect,
  type ImageChoice,
  type RunChoice,
  wholeNumber,
} from "../options.js";
import { prepareOutput, writeOutput } from "../output-file.js";
import { withRun } from "../run.js";
import { csvOf, type ImageScore, scoreRows } from "../score-table.js";
import { settingsFrom } from "../settings.js";
import { showWork } from "../work.js";

interface ScoreChoice extends RunChoice, ImageChoice {
  readonly out?: string;
  readonly samples?: number;
  readonly limit?: number;
  readonly top: number;
  readonly seed: number;
  readonly set?: readonly string[];
}

export function score(command: Command): void {
  addImageOptions(addRunOptions(command))
    .option(
      "--samples <k>",
      "samples per image of an estimate (default: the model's)",
      wholeNumber(1),
    )
    .option("--limit <n>", "score only the first n images", wholeNumber(1))
    .option("--out <file>", "write the score of each image to a .csv")
    .option("--top <n>", "show the n most anomalous images", wholeNumber(0), 5)
    .option("--seed <n>", "seed of the noise that a score draws", wholeNumber(0), 0)
    .option("--set <key=value>", "a setting of the model's score; can be repeated", collect);
  act(command, async (context, options: ScoreChoice, reference: string, files: string[]) => {
    const { out, samples, limit = Number.POSITIVE_INFINITY, top, seed } = options;
    if (out !== undefined) await prepareOutput(out);
    await withRun(reference, options, context, async (run) => {
      const { options: schema } = run.model.model.capabilities.score ?? {};
      const settings = settingsFrom(schema, options.set);
      const images = firstOf(await imagesFor(run, files, options, context), limit);
      const result = await showWork(context, "scoring", (work) =>
        scoreImages(run.model, images, {
          ...work,
          ...(samples !== undefined && { samples }),
          seed,
          options: settings,
          protocol: protocolOf(run, images),
        }),
      );
      const rows = scoreRows(result, images);
      if (out !== undefined) await writeOutput(out, csvOf(rows, result.rate));
      const anomalies = [...rows].sort((a, b) => b.nats - a.nats).slice(0, top);
      const { perImage: _, ...summary } = result;
      const { name, step, record } = run;
      context.output.result(
        { run: name, model: record.model, step, ...summary, anomalies, ...(out && { out }) },
        report(run, result, anomalies, out),
      );
    });
  });
}

const MEANING = {
  exact: "exact negative log-likelihood",
  bound: "upper bound on the negative log-likelihood",
  estimate: "estimate of the negative log-likelihood",
};

function report(
  { name, step, record }: OpenRun,
  { value, rate, kind, protocol, perImage }: Score,
  anomalies: readonly ImageScore[],
  out: string | undefined,
): string {
  const ruledOut = perImage.filter((nats) => nats === Number.POSITIVE_INFINITY).length;
  const figures = [
    ["score", `${value.toFixed(2)} nats per image, ${rate.value.toFixed(4)} ${rate.unit}`],
    ["kind", `${kind}: ${MEANING[kind]}`],
    ...(ruledOut > 0 ? [["ruled out", `${plural(ruledOut, "image")} of probability 0`]] : []),
    ...Object.entries(protocol).map(([key, entry]) => [key, String(entry)]),
    ["run", `${name} (${record.model}, step ${step})`],
  ];
  const parts = [columns(figures)];
  if (anomalies.length > 0) {
    const rows = anomalies.map((row) => [row.id, row.nats.toFixed(2), figure(row.rate)]);
    parts.push(
      `\n${anomalies.length === 1 ? "the most anomalous image" : `the ${anomalies.length} most anomalous images`}:`,
    );
    parts.push(columns([["image", "nats", rate.unit], ...rows]).replaceAll(/^/gm, "  "));
  }
  if (out !== undefined) parts.push(`\nwrote ${out}`);
  return parts.join("\n");
}
