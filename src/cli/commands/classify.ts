import type { Command } from "commander";
import {
  type ClassProbabilities,
  classify as classifyImages,
  requireClasses,
} from "../../core/capabilities/classify.js";
import { cluster } from "../../core/capabilities/cluster.js";
import { binarise } from "../../data/binarise.js";
import type { ImageSet } from "../../data/image-set.js";
import { asClasses, type ClusterClasses } from "../../metrics/index.js";
import { actualClasses } from "../../runs/actual-classes.js";
import { clusterClasses, loadDataOf } from "../../runs/index.js";
import type { OpenRun } from "../../training/load-run.js";
import { act, type Context } from "../action.js";
import { requireChart, saveChart } from "../chart.js";
import {
  type Judgement,
  judge,
  type Prediction,
  predictionsCsv,
  predictionsOf,
} from "../classification.js";
import { classificationChart } from "../classification-chart.js";
import {
  classTable,
  confusedTable,
  countTable,
  judgementFigures,
  predictionTable,
} from "../classification-report.js";
import { UsageError } from "../errors.js";
import { protocolOf } from "../facts.js";
import { columns, plural } from "../format.js";
import { firstOf, imagesFor } from "../images.js";
import {
  addImageOptions,
  addRunOptions,
  given,
  type ImageChoice,
  type RunChoice,
  wholeNumber,
} from "../options.js";
import { prepareOutput, writeOutput } from "../output-file.js";
import { withRun } from "../run.js";
import { showDataWork, showWork } from "../work.js";

interface ClassifyChoice extends RunChoice, ImageChoice {
  readonly limit?: number;
  readonly samples?: number;
  readonly seed: number;
  readonly out?: string;
  readonly picture?: string;
}

export function classify(command: Command): void {
  addImageOptions(addRunOptions(command))
    .option("--limit <n>", "classify only the first n images", wholeNumber(1))
    .option(
      "--samples <k>",
      "samples per image of an estimate, for a model that classifies by its scores (default: the model's)",
      wholeNumber(1),
    )
    .option("--seed <n>", "seed of the noise that a score draws", wholeNumber(0), 0)
    .option("--out <file>", "write classes and probabilities of each image to a .csv")
    .option(
      "--picture <file>",
      "confusion matrix and reliability diagram, a .png or .svg; for images of known classes",
    );
  act(command, async (context, options: ClassifyChoice, reference: string, files: string[]) => {
    const { limit = Number.POSITIVE_INFINITY, samples, seed, out, picture } = options;
    if (picture !== undefined) requireChart(picture);
    for (const path of [out, picture]) if (path !== undefined) await prepareOutput(path);
    await withRun(reference, options, context, async (run) => {
      requireAble(run, samples);
      const images = firstOf(await imagesFor(run, files, options, context), limit);
      const clusters = run.model.model.capabilities.cluster !== undefined;
      const classes = clusters ? await matchedClasses(run, context) : undefined;
      const named = !clusters || classes !== undefined;
      const actual = named ? actualClasses(run.model, images) : undefined;
      if (picture !== undefined && actual === undefined) {
        throw new UsageError(
          `--picture compares with the true classes, but ${images.name} has none`,
        );
      }
      const found = await showWork(context, "classifying", async (work) => {
        if (!clusters) {
          return classifyImages(run.model, images, { ...work, ...given({ samples }), seed });
        }
        const groups = await cluster(run.model, images, work);
        return classes === undefined ? groups : asClasses(groups, classes);
      });
      const judgement = actual && judge(found, actual);
      const predictions = predictionsOf(found, images, actual);
      if (out !== undefined) await writeOutput(out, predictionsCsv(found, predictions));
      if (picture !== undefined && judgement !== undefined) {
        const title = `${run.name} on ${images.name}, ${images.split} images`;
        await saveChart(picture, classificationChart(title, found.names, judgement));
      }
      const result = { run, images, found, judgement, predictions };
      const written = given({ out, picture });
      context.output.result({ ...documentOf(result), ...written }, report(result, written));
    });
  });
}

/** @throws UnavailableError, UsageError when a run cannot classify, or takes no samples */
function requireAble({ model }: OpenRun, samples: number | undefined): void {
  const { classify: output, cluster: groups } = model.model.capabilities;
  if (groups === undefined) requireClasses(model);
  if (samples === undefined || (output ?? groups) === undefined) return;
  throw new UsageError(
    `${model.definition.id} outputs class probabilities; --samples is for models that classify by their scores`,
  );
}

/** The classes that the clusters of a run stand for, where its training images have classes. */
async function matchedClasses(run: OpenRun, context: Context): Promise<ClusterClasses | undefined> {
  if (run.data.annotations.class === undefined) return undefined;
  const training = await showDataWork(context, (onProgress, reading) =>
    loadDataOf(run.data, "train", { onProgress, ...reading }),
  );
  return showWork(context, "matching clusters with classes", (work) =>
    clusterClasses(run, binarise(training, run.data.binarisation), work),
  );
}

interface Classified {
  readonly run: OpenRun;
  readonly images: ImageSet;
  readonly found: ClassProbabilities;
  /** Undefined where the classes of the images are unknown. */
  readonly judgement: Judgement | undefined;
  readonly predictions: readonly Prediction[];
}

function documentOf({ run, images, found, judgement, predictions }: Classified) {
  const { names, method } = found;
  return {
    run: run.name,
    model: run.record.model,
    step: run.step,
    images: images.count,
    classes: names,
    method,
    protocol: protocolOf(run, images),
    ...(judgement ?? { predictions }),
  };
}

/** Number of rows to show of a long table. */
const SHOWN = { pairs: 10, images: 20 };

function report(
  { run, images, found, judgement, predictions }: Classified,
  written: Readonly<Record<string, string>>,
): string {
  const figures = [
    ...(judgement === undefined ? [] : judgementFigures(judgement)),
    ["by", found.method],
    ...Object.entries(protocolOf(run, images)),
    ["run", `${run.name} (${run.record.model}, step ${run.step})`],
  ];
  const tables =
    judgement === undefined
      ? unjudged(found, predictions)
      : [
          classTable(judgement),
          judgement.confused.length === 0
            ? "no image was misclassified"
            : `most confused:\n${indented(confusedTable(judgement, SHOWN.pairs))}`,
        ];
  const paths = Object.values(written).map((path) => `wrote ${path}`);
  return [columns(figures), ...tables, ...(paths.length > 0 ? [paths.join("\n")] : [])].join(
    "\n\n",
  );
}

function unjudged({ names }: ClassProbabilities, predictions: readonly Prediction[]): string[] {
  if (predictions.length <= SHOWN.images) return [predictionTable(predictions, SHOWN.images)];
  return [
    countTable(predictions, names),
    `the first ${SHOWN.images} of ${plural(predictions.length, "image")}:\n${indented(predictionTable(predictions, SHOWN.images))}`,
  ];
}

const indented = (text: string): string => text.replaceAll(/^/gm, "  ");
