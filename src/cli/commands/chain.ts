import type { Command } from "commander";
import { chain as chainImages } from "../../core/capabilities/chain.js";
import { requireWhole } from "../../core/missing-pixels.js";
import { readImages } from "../../data/image-set.js";
import { act } from "../action.js";
import { plural } from "../format.js";
import { imageFormat, saveImages } from "../image-output.js";
import { chosen, imagesFor } from "../images.js";
import {
  addImageOptions,
  addRunOptions,
  type ImageChoice,
  imageNumbers,
  numberFrom,
  type RunChoice,
  wholeNumber,
} from "../options.js";
import { prepareOutput } from "../output-file.js";
import { withRun } from "../run.js";
import { showWork } from "../work.js";

interface ChainChoice extends RunChoice, ImageChoice {
  readonly count: number;
  readonly images?: readonly number[];
  readonly frames: number;
  readonly every: number;
  readonly draw: boolean;
  readonly temperature: number;
  readonly seed: number;
  readonly out: string;
}

export function chain(command: Command): void {
  addImageOptions(addRunOptions(command))
    .option("-n, --count <n>", "chains", wholeNumber(1), 8)
    .option(
      "--images <numbers>",
      "start a chain from each of these images, such as 0,5,9 (for files alone: from each of them)",
      imageNumbers,
    )
    .option("--frames <n>", "states to show per chain", wholeNumber(1), 16)
    .option("--every <n>", "steps from one shown state to the next", wholeNumber(1), 10)
    .option("--draw", "show the states themselves instead of their means", false)
    .option(
      "--temperature <x>",
      "spread of the noise: 1 for the model as it is, 0 for the mode",
      numberFrom(0),
      1,
    )
    .option("--seed <n>", "the same seed gives the same chains", wholeNumber(0), 0)
    .option("--out <file>", "a .png with one row per chain, or a .npy", "chains.png");
  act(command, async (context, options: ChainChoice, reference: string, files: string[]) => {
    const { images, frames, every, draw, temperature, seed, out } = options;
    imageFormat(out);
    await prepareOutput(out);
    await withRun(reference, options, context, async ({ name, record, step, model, ...run }) => {
      const source =
        images === undefined && files.length === 0
          ? undefined
          : await imagesFor(run, files, options, context);
      const begin = source && images ? chosen(source, images) : source;
      if (begin !== undefined) {
        requireWhole(begin, "show", "a chain starts from images without missing pixels");
      }
      const start = begin && (await readImages(begin));
      const count = start?.count ?? options.count;
      const strips = await showWork(context, "walking", (work) =>
        chainImages(model, {
          ...work,
          count,
          frames,
          every,
          draw,
          temperature,
          seed,
          ...(start && { start }),
        }),
      );
      await saveImages(out, strips, frames);
      context.output.result(
        {
          run: name,
          model: record.model,
          step,
          out,
          count,
          frames,
          every,
          draw,
          temperature,
          seed,
        },
        `wrote ${out}: ${plural(count, "chain")} of ${record.model} (${name}, step ${step}), from left to right one state every ${plural(every, "step")}`,
      );
    });
  });
}
