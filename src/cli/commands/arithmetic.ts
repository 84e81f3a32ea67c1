import type { Command } from "commander";
import { addAttribute, attributeVector } from "../../core/capabilities/latent/attribute-vector.js";
import { requireCapability } from "../../core/loaded-model.js";
import { binarise } from "../../data/binarise.js";
import { havingAttribute } from "../../data/having.js";
import { loadDataOf } from "../../runs/index.js";
import { act } from "../action.js";
import { integer, plural } from "../format.js";
import { imageFormat, saveImages } from "../image-output.js";
import { imagesFor, type PickChoice, picked } from "../images.js";
import {
  addImageOptions,
  addRunOptions,
  type ImageChoice,
  imageNumbers,
  numbers,
  type RunChoice,
  wholeNumber,
} from "../options.js";
import { prepareOutput } from "../output-file.js";
import { withRun } from "../run.js";
import { showDataWork, showWork } from "../work.js";

interface ArithmeticChoice extends RunChoice, ImageChoice, PickChoice {
  readonly with: string;
  readonly without?: string;
  readonly examples: number;
  readonly strengths: readonly number[];
  readonly out: string;
}

export function arithmetic(command: Command): void {
  addImageOptions(addRunOptions(command))
    .requiredOption("--with <name>", "the attribute or class to add")
    .option(
      "--without <name>",
      "the attribute or class to subtract (default: every image without the added one)",
    )
    .option("--examples <n>", "training images of each kind at most", wholeNumber(1), 1000)
    .option(
      "--strengths <list>",
      "how much of the difference to add: 0 reconstructs, -1 subtracts it",
      numbers,
      [-1, 0, 0.5, 1, 1.5],
    )
    .option("-n, --count <n>", "change the first n images", wholeNumber(1), 8)
    .option("--images <numbers>", "change these images instead, such as 0,5,9", imageNumbers)
    .option("--out <file>", "a .png with one row an image, or a .npy", "arithmetic.png");
  act(command, async (context, options: ArithmeticChoice, reference: string, files: string[]) => {
    const { strengths, examples: most, out } = options;
    imageFormat(out);
    await prepareOutput(out);
    await withRun(reference, options, context, async ({ name, record, step, model, ...run }) => {
      requireCapability(model, "encode");
      requireCapability(model, "decode");
      const training = await showDataWork(context, (onProgress, reading) =>
        loadDataOf(run.data, "train", { onProgress, ...reading }),
      );
      const examples = binarise(training, run.data.binarisation);
      const having = havingAttribute(examples, options.with, { most });
      const lacking =
        options.without === undefined
          ? havingAttribute(examples, options.with, { holds: false, most })
          : havingAttribute(examples, options.without, { most });
      const source = picked(await imagesFor(run, files, options, context), options);
      const { images, vector } = await showWork(context, "encoding", async (work) => {
        const difference = await attributeVector(model, having, lacking, work);
        return {
          vector: difference,
          images: await addAttribute(model, source, difference, strengths, work),
        };
      });
      await saveImages(out, images, strengths.length);
      const length = Math.hypot(...vector.values);
      const what = options.without === undefined ? "" : ` less "${options.without}"`;
      context.output.result(
        {
          run: name,
          model: record.model,
          step,
          out,
          with: options.with,
          without: options.without ?? null,
          examples: vector.images,
          vector: Array.from(vector.values),
          strengths,
          count: source.count,
        },
        `wrote ${out}: ${plural(source.count, "row")}, each an image of ${source.name} with ${strengths.join(", ")} times ` +
          `"${options.with}"${what}, a vector of length ${Number(length.toPrecision(3))} from the mean codes of ` +
          `${integer(vector.images.with)} and ${integer(vector.images.without)} training images (${record.model}, ${name}, step ${step})`,
      );
    });
  });
}
