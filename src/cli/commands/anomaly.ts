import type { Command } from "commander";
import type { TopLevelSpec } from "vega-lite";
import {
  requireScorable,
  type Score,
  score as scoreImages,
} from "../../core/capabilities/score.js";
import type { ImageSet } from "../../data/image-set.js";
import { auroc, falsePositiveRate } from "../../metrics/index.js";
import type { OpenRun } from "../../training/load-run.js";
import { act, type Context } from "../action.js";
import { requireChart, saveChart } from "../chart.js";
import { UsageError } from "../errors.js";
import { protocolOf } from "../facts.js";
import { columns, figure, integer } from "../format.js";
import { firstOf, imagesFor } from "../images.js";
import { addRunOptions, type RunChoice, wholeNumber } from "../options.js";
import { prepareOutput, writeOutput } from "../output-file.js";
import { withRun } from "../run.js";
import { csvOf, scoreRows } from "../score-table.js";
import { showWork } from "../work.js";

interface AnomalyChoice extends RunChoice {
  readonly in?: string;
  readonly against: string;
  readonly split: string;
  readonly resize?: boolean;
  readonly samples?: number;
  readonly limit?: number;
  readonly seed: number;
  readonly picture: string;
  readonly scores?: string;
}

const DETECTED = 0.95;

export function anomaly(command: Command): void {
  addRunOptions(command)
    .option("--in <name>", "normal images (default: the run's own data)")
    .requiredOption("--against <name>", "anomalous images: a data set or path")
    .option("--split <name>", "split of both: train, validation, test or all", "test")
    .option("--resize", "resize images to the size of the run's")
    .option(
      "--samples <k>",
      "samples per image of an estimate (default: the model's)",
      wholeNumber(1),
    )
    .option("--limit <n>", "use only the first n images of each", wholeNumber(1))
    .option("--seed <n>", "seed of the noise that a score draws", wholeNumber(0), 0)
    .option("--picture <file>", "histograms of both, a .png or .svg", "anomaly.png")
    .option("--scores <file>", "write the score of each image to a .csv");
  act(command, async (context, options: AnomalyChoice, reference: string) => {
    const { picture, scores: table } = options;
    requireChart(picture);
    await prepareOutput(picture);
    if (table !== undefined) await prepareOutput(table);
    await withRun(reference, options, context, async (run) => {
      const belong = await imagesOf(run, options.in, options, context);
      const others = await imagesOf(run, options.against, options, context);
      if (belong.source === others.source) {
        throw new UsageError(
          `--in and --against are both ${belong.name}; give different data sets`,
        );
      }
      for (const images of [belong, others]) requireScorable(run.model, images, options);
      const normal = await scored(run, belong, "the normal images", options, context);
      const strange = await scored(run, others, "the others", options, context);
      const [low, high] = [normal.score.perImage, strange.score.perImage];
      const area = auroc(low, high);
      const falseAlarms = falsePositiveRate(low, high, DETECTED);
      await saveChart(picture, histogram([normal, strange], area));
      if (table !== undefined) await writeOutput(table, tableOf([normal, strange]));
      context.output.result(
        {
          run: run.name,
          model: run.record.model,
          step: run.step,
          auroc: area,
          falsePositiveRateAt95: falseAlarms,
          kind: normal.score.kind,
          in: summaryOf(normal),
          against: summaryOf(strange),
          picture,
          ...(table !== undefined && { scores: table }),
        },
        report(run, normal, strange, { area, falseAlarms, written: [picture, table] }),
      );
    });
  });
}

interface Scored {
  readonly images: ImageSet;
  readonly score: Score;
}

async function imagesOf(
  run: OpenRun,
  data: string | undefined,
  { split, resize, limit = Number.POSITIVE_INFINITY }: AnomalyChoice,
  context: Context,
): Promise<ImageSet> {
  const choice = { split, ...(data !== undefined && { data }), ...(resize && { resize }) };
  return firstOf(await imagesFor(run, [], choice, context), limit);
}

async function scored(
  run: OpenRun,
  images: ImageSet,
  label: string,
  { samples, seed }: AnomalyChoice,
  context: Context,
): Promise<Scored> {
  const protocol = protocolOf(run, images);
  const score = await showWork(context, `scoring ${label}`, (work) =>
    scoreImages(run.model, images, { ...work, ...(samples && { samples }), seed, protocol }),
  );
  return { images, score };
}

const summaryOf = ({ score: { perImage: _, ...summary } }: Scored) => summary;

/** A name that distinguishes the two sets, even where they are splits of the same data set. */
const nameOf = ({ images }: Scored) => `${images.name}/${images.split}`;

function report(
  { name, record, step }: OpenRun,
  normal: Scored,
  strange: Scored,
  found: { area: number; falseAlarms: number; written: readonly (string | undefined)[] },
): string {
  const mean = ({ images, score }: Scored) =>
    `${figure(score.value)} nats per image over ${integer(images.count)} of ${nameOf({ images, score })}`;
  const { protocol, kind } = normal.score;
  return [
    columns([
      ["AUROC", found.area.toFixed(4)],
      [
        "false alarms",
        `${(100 * found.falseAlarms).toFixed(1)} % when 95 % of the others are found`,
      ],
      ["belong", mean(normal)],
      ["others", mean(strange)],
      ["kind", kind],
      ["estimator", String(protocol.estimator)],
      ["binarisation", String(protocol.binarisation)],
      ["run", `${name} (${record.model}, step ${step})`],
    ]),
    ...found.written.flatMap((path) => (path === undefined ? [] : [`wrote ${path}`])),
  ].join("\n");
}

function tableOf(sets: readonly Scored[]): string {
  const rows = sets.flatMap(({ images, score }) => scoreRows(score, images));
  return csvOf(
    rows.map((row, index) => ({ ...row, index })),
    sets[0].score.rate,
  );
}

const BINS = 60;
const WIDTH = 640;
const HEIGHT = 320;

/** Overlaid histograms of both sets' scores, as shares of each set. */
function histogram(sets: readonly Scored[], area: number): TopLevelSpec {
  const values = sets.flatMap((set) =>
    Array.from(set.score.perImage)
      .filter(Number.isFinite)
      .map((nats) => ({ nats, set: nameOf(set), share: 1 / set.images.count })),
  );
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    width: WIDTH,
    height: HEIGHT,
    background: "white",
    title: `negative log-likelihood of ${sets.map(nameOf).join(" and ")}: AUROC ${area.toFixed(4)}`,
    data: { values },
    mark: { type: "bar", opacity: 0.6 },
    encoding: {
      x: { field: "nats", type: "quantitative", bin: { maxbins: BINS }, title: "nats per image" },
      y: {
        field: "share",
        type: "quantitative",
        aggregate: "sum",
        stack: null,
        title: "share of the images",
        axis: { format: "%" },
      },
      color: { field: "set", type: "nominal", sort: sets.map(nameOf), title: null },
    },
  };
}
