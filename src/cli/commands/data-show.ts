import type { Command } from "commander";
import { findDataset } from "../../data/datasets.js";
import { type ImageSet, readImages } from "../../data/image-set.js";
import { loadDataset } from "../../data/load-dataset.js";
import { stream } from "../../runtime/random.js";
import { act } from "../action.js";
import { annotationWords } from "../annotation-words.js";
import { requireChart, saveChart } from "../chart.js";
import { UsageError } from "../errors.js";
import { integer } from "../format.js";
import { imageFormat, requirePicture } from "../image-output.js";
import { chosen } from "../images.js";
import { drawLabelledGrid } from "../labelled-grid.js";
import { imageNumbers, wholeNumber } from "../options.js";
import { prepareOutput, writeOutput } from "../output-file.js";
import { planeChart } from "../plane-chart.js";
import { showDataWork } from "../work.js";

interface ShowChoice {
  readonly split: string;
  readonly count?: number;
  readonly images?: readonly number[];
  readonly columns: number;
  readonly seed: number;
  readonly out: string;
}

const IMAGES = 24;
const POINTS = 4000;
/** Approximate size in pixels of an image with its text. */
const LABELLED = { channels: 3, height: 300, width: 200 };

export function dataShow(command: Command): void {
  command
    .description(
      "draw images of a data set with class, attributes and caption; for planar data, its points",
    )
    .argument("<data>", "data set, such as mnist or shapes:seed=3, or path")
    .option("--split <name>", "train, test, all or another split of the data set", "train")
    .option(
      "-n, --count <n>",
      `number to draw (default: ${IMAGES} images or ${POINTS} points)`,
      wholeNumber(1),
    )
    .option("--images <numbers>", "draw these images instead, such as 0,5,9", imageNumbers)
    .option("--columns <n>", "images per row", wholeNumber(1), 6)
    .option("--seed <n>", "seed of the choice of images", wholeNumber(0), 0)
    .option("--out <file>", "the picture, a .png; for points, also a .svg", "data.png");
  act(command, async (context, options: ShowChoice, data: string) => {
    const { split, out, columns } = options;
    const density = findDataset(data)?.density;
    if (density !== undefined) requireChart(out);
    else if (imageFormat(out) !== ".png") {
      throw new UsageError(`${out}: the picture must be a .png`);
    }
    await prepareOutput(out);
    const set = await showDataWork(context, (onProgress, reading) =>
      loadDataset(data, { ...reading, split, onProgress, memoryBudget: 0 }),
    );
    const numbers = options.images ?? atRandom(set, options, density ? POINTS : IMAGES);
    const shown = chosen(set, numbers);
    if (density === undefined) requirePicture(shown.count, LABELLED);
    const images = await readImages(shown);
    const { annotations = {} } = shown;
    const which = `${integer(shown.count)} of ${integer(set.count)} ${density ? "points" : "images"} of ${set.name}, ${split}`;
    if (density === undefined) {
      await writeOutput(out, await drawLabelledGrid(images, annotations, columns));
    } else {
      await saveChart(out, planeChart({ title: which, density, images, annotations }));
    }
    const document = numbers.map((index, at) => ({ index, ...annotationWords(annotations, at) }));
    context.output.result(
      { name: set.name, split, picture: out, images: document },
      `wrote ${out}: ${which}`,
    );
  });
}

/** Random image numbers, in order. */
function atRandom(set: ImageSet, { count, seed }: ShowChoice, usual: number): number[] {
  const order = stream(seed, "data-show").permutation(set.count);
  return Array.from(order.subarray(0, count ?? usual)).sort((a, b) => a - b);
}
