import type { Command } from "commander";
import { type Codes, encode } from "../../core/capabilities/codes.js";
import { conditionFor } from "../../core/capabilities/condition.js";
import {
  traverse as traverseCode,
  traversePlane,
} from "../../core/capabilities/latent/traverse.js";
import { requireCapability } from "../../core/loaded-model.js";
import type { OpenRun } from "../../training/load-run.js";
import { act, type Context } from "../action.js";
import { UsageError } from "../errors.js";
import { plural } from "../format.js";
import { imageFormat, saveImages } from "../image-output.js";
import { chosen, imagesFor } from "../images.js";
import {
  addImageOptions,
  addRunOptions,
  type ImageChoice,
  imageNumbers,
  numberAbove,
  type RunChoice,
  wholeNumber,
} from "../options.js";
import { prepareOutput } from "../output-file.js";
import { withRun } from "../run.js";
import { showWork } from "../work.js";

interface TraverseChoice extends RunChoice, ImageChoice {
  readonly image?: number;
  readonly label?: string;
  readonly steps: number;
  readonly range?: number;
  readonly units?: readonly number[];
  readonly out: string;
}

export function traverse(command: Command): void {
  addImageOptions(addRunOptions(command))
    .option(
      "--image <number>",
      "start from the code of this image (default: the prior's mean)",
      wholeNumber(0),
    )
    .option("--label <class>", "class that a conditional model decodes, by name or number")
    .option("--steps <n>", "images per row", wholeNumber(2), 11)
    .option(
      "--range <x>",
      "move each number of the code from -x to x (default: to the ends of its prior, or else 3)",
      numberAbove(0),
    )
    .option(
      "--units <i,j>",
      "move two numbers of the code together, counted from 0: one across, one up",
      imageNumbers,
    )
    .option(
      "--out <file>",
      "a .png with one row per number of the code, or a grid for two of them, or a .npy",
      "traversal.png",
    );
  act(command, async (context, options: TraverseChoice, reference: string, files: string[]) => {
    const { steps, units: plane, out } = options;
    if (plane !== undefined && plane.length !== 2) {
      throw new UsageError(`--units takes two numbers, such as 0,1, not ${plane.length}`);
    }
    imageFormat(out);
    await prepareOutput(out);
    await withRun(reference, options, context, async (run) => {
      const { name, record, step, model } = run;
      const start = await startingCode(run, files, options, context);
      const { categories = 0, range: ends = 3 } = requireCapability(model, "decode");
      const { range = ends } = options;
      const images = await showWork(context, "traversing", (work) =>
        plane === undefined
          ? traverseCode(model, start, { ...work, steps, range })
          : traversePlane(model, start, [plane[0], plane[1]], { ...work, steps, range }),
      );
      await saveImages(out, images, steps);
      const units = start.length;
      const shown =
        plane === undefined
          ? `${rowsOf(start.length, categories)},`
          : `${steps} × ${steps} images, number ${plane[0]} of the code across and ${plane[1]} up,`;
      context.output.result(
        { run: name, model: record.model, step, out, units: plane ?? units, steps, range },
        `wrote ${out}: ${shown} from ${-range} to ${range} (${record.model}, ${name}, step ${step})`,
      );
    });
  });
}

/** What the rows of a traversal are. */
const rowsOf = (length: number, categories: number): string =>
  categories === 0
    ? `${plural(length, "row")}, one for each number of the code`
    : `${plural(categories * (length - categories), "row")}, one for each category under each number of the code`;

async function startingCode(
  run: OpenRun,
  files: readonly string[],
  options: TraverseChoice,
  context: Context,
): Promise<Codes> {
  const { codeLength } = requireCapability(run.model, "decode");
  const { image = files.length > 0 ? 0 : undefined, label } = options;
  if (image !== undefined) {
    if (label !== undefined) throw new UsageError("--label is for codes of no image; drop --image");
    return encode(run.model, chosen(await imagesFor(run, files, options, context), [image]));
  }
  if (options.data !== undefined || options.split !== undefined) {
    throw new UsageError("--data and --split need --image, the number of the image to start from");
  }
  return {
    count: 1,
    length: codeLength,
    values: new Float32Array(codeLength),
    annotations: conditionFor(run.model, 1, label === undefined ? {} : { class: [label] }),
  };
}
