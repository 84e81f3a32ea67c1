import type { Command } from "commander";
import { reconstruct as reconstructImages } from "../../core/capabilities/codes.js";
import { readImages } from "../../data/image-set.js";
import { psnr } from "../../metrics/psnr.js";
import { act } from "../action.js";
import { figure, plural } from "../format.js";
import { imageFormat, inPairs, saveImages } from "../image-output.js";
import { imagesFor, type PickChoice, picked } from "../images.js";
import {
  addImageOptions,
  addRunOptions,
  collect,
  type ImageChoice,
  imageNumbers,
  type RunChoice,
  wholeNumber,
} from "../options.js";
import { prepareOutput } from "../output-file.js";
import { withRun } from "../run.js";
import { settingsFrom } from "../settings.js";
import { squaredError } from "../squared-error.js";
import { showWork } from "../work.js";

interface ReconstructChoice extends RunChoice, ImageChoice, PickChoice {
  readonly out: string;
  readonly draw: boolean;
  readonly seed: number;
  readonly set?: readonly string[];
}

const COLUMNS = 16;

export function reconstruct(command: Command): void {
  addImageOptions(addRunOptions(command))
    .option("-n, --count <n>", "use the first n images", wholeNumber(1), 32)
    .option("--images <numbers>", "use these images instead, such as 0,5,9", imageNumbers)
    .option(
      "--out <file>",
      "a .png with originals above reconstructions, or a .npy of the reconstructions",
      "reconstructions.png",
    )
    .option("--draw", "draw each pixel instead of showing its mean", false)
    .option("--seed <n>", "seed of the draws", wholeNumber(0), 0)
    .option("--set <key=value>", "a setting of the reconstruction; can be repeated", collect);
  act(command, async (context, options: ReconstructChoice, reference: string, files: string[]) => {
    const { out, draw, seed } = options;
    const format = imageFormat(out);
    await prepareOutput(out);
    await withRun(reference, options, context, async ({ name, record, step, model, ...run }) => {
      const { reconstruct: capability } = model.model.capabilities;
      const schema = typeof capability === "object" ? capability.options : undefined;
      const settings = settingsFrom(schema, options.set);
      const source = picked(await imagesFor(run, files, options, context), options);
      const originals = await readImages(source);
      const images = await showWork(context, "reconstructing", (work) =>
        reconstructImages(model, source, { ...work, draw, seed, options: settings }),
      );
      const columns = Math.min(images.count, COLUMNS);
      const picture = format === ".npy" ? images : inPairs(originals, images, columns);
      await saveImages(out, picture, columns);
      const meanSquaredError = squaredError(originals, images);
      const ratio = psnr(images, originals);
      const { count } = images;
      context.output.result(
        {
          run: name,
          model: record.model,
          step,
          out,
          count,
          meanSquaredError,
          // JSON has no infinity, which equal images have.
          psnr: Number.isFinite(ratio) ? ratio : null,
          draw,
          seed,
          ...settings,
        },
        `wrote ${out}: ${plural(count, "image")} of ${source.name}, reconstructed by ${record.model} (${name}, step ${step})\n` +
          `mean squared error ${figure(meanSquaredError)} per pixel${Number.isFinite(ratio) ? `, PSNR ${ratio.toFixed(2)} dB` : ""}`,
      );
    });
  });
}
