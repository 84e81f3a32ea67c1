import type { Command } from "commander";
import { denoise as denoiseImages } from "../../core/capabilities/denoise.js";
import { readImages } from "../../data/image-set.js";
import { act } from "../action.js";
import { figure, plural } from "../format.js";
import { imageFormat, saveImages, sideBySide } from "../image-output.js";
import { imagesFor, type PickChoice, picked } from "../images.js";
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
import { squaredError } from "../squared-error.js";
import { showWork } from "../work.js";

interface DenoiseChoice extends RunChoice, ImageChoice, PickChoice {
  readonly sigma: number;
  readonly seed: number;
  readonly out: string;
}

export function denoise(command: Command): void {
  addImageOptions(addRunOptions(command))
    .option("-n, --count <n>", "use the first n images", wholeNumber(1), 8)
    .option("--images <numbers>", "use these images instead, such as 0,5,9", imageNumbers)
    .option(
      "--sigma <x>",
      "standard deviation of the noise to add to pixels in [−1, 1]",
      numberAbove(0),
      1,
    )
    .option("--seed <n>", "seed of the noise", wholeNumber(0), 0)
    .option(
      "--out <file>",
      "a .png with one row per image (original, noisy, denoised), or a .npy of the denoised",
      "denoised.png",
    );
  act(command, async (context, options: DenoiseChoice, reference: string, files: string[]) => {
    const { out, sigma, seed } = options;
    const format = imageFormat(out);
    await prepareOutput(out);
    await withRun(reference, options, context, async ({ name, record, step, model, ...run }) => {
      const source = picked(await imagesFor(run, files, options, context), options);
      const originals = await readImages(source);
      const { noisy, images } = await showWork(context, "denoising", (work) =>
        denoiseImages(model, source, { ...work, sigma, seed }),
      );
      const picture =
        format === ".npy"
          ? images
          : sideBySide([originals, { ...originals, pixelsUnit: shown(noisy) }, images]);
      await saveImages(out, picture, 3);
      const meanSquaredError = squaredError(originals, images);
      const { count } = source;
      context.output.result(
        { run: name, model: record.model, step, out, count, sigma, seed, meanSquaredError },
        `wrote ${out}: ${plural(count, "image")} of ${source.name}, each with noise of ${figure(sigma)} and as ${record.model} (${name}, step ${step}) denoises it\n` +
          `mean squared error ${figure(meanSquaredError)} per pixel`,
      );
    });
  });
}

/** Noisy states at unit scale as pixels in [0, 1]. */
const shown = (noisy: Float32Array): Float32Array =>
  noisy.map((value) => Math.min(Math.max((value + 1) / 2, 0), 1));
