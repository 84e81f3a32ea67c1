import type { Command } from "commander";
import { betweenCaptions } from "../../core/capabilities/latent/between-captions.js";
import { interpolate as interpolateImages } from "../../core/capabilities/latent/interpolate.js";
import { act } from "../action.js";
import { UsageError } from "../errors.js";
import { plural } from "../format.js";
import { imageFormat, saveImages } from "../image-output.js";
import { imagesFor, type PickChoice, picked } from "../images.js";
import {
  addImageOptions,
  addRunOptions,
  choice,
  collect,
  type ImageChoice,
  imageNumbers,
  type RunChoice,
  wholeNumber,
} from "../options.js";
import { prepareOutput } from "../output-file.js";
import { withRun } from "../run.js";
import { showWork } from "../work.js";

interface InterpolateChoice extends RunChoice, ImageChoice, PickChoice {
  readonly prompt?: readonly string[];
  readonly seed: number;
  readonly steps: number;
  readonly path?: "line" | "sphere";
  readonly out: string;
}

export function interpolate(command: Command): void {
  addImageOptions(addRunOptions(command))
    .option("-n, --count <n>", "interpolate between the first n images", wholeNumber(2), 9)
    .option(
      "--images <numbers>",
      "interpolate between these images instead, such as 0,5,9",
      imageNumbers,
    )
    .option(
      "--prompt <text>",
      "interpolate between captions instead, of the same noise; given twice or more",
      collect,
    )
    .option("--seed <n>", "seed of the noise between captions", wholeNumber(0), 0)
    .option("--steps <n>", "images per line, both ends included", wholeNumber(2), 10)
    .addOption(
      choice(
        "--path <shape>",
        "straight, or along a sphere around the origin (default: as suits the model's codes)",
        ["line", "sphere"],
      ),
    )
    .option(
      "--out <file>",
      "a .png with one row from each image to the next, or a .npy",
      "interpolation.png",
    );
  act(command, async (context, options: InterpolateChoice, reference: string, files: string[]) => {
    const { steps, path, out, prompt, seed } = options;
    if (prompt !== undefined) requirePrompts(prompt, files);
    imageFormat(out);
    await prepareOutput(out);
    await withRun(reference, options, context, async ({ name, record, step, model, ...run }) => {
      if (prompt !== undefined) {
        const images = await showWork(context, "interpolating", (work) =>
          betweenCaptions(model, { ...work, captions: prompt, steps, seed }),
        );
        await saveImages(out, images, steps);
        const lines = prompt.length - 1;
        context.output.result(
          { run: name, model: record.model, step, out, lines, steps, prompt, seed },
          `wrote ${out}: ${plural(lines, "row")} of ${steps} images, each from one caption to the next (${record.model}, ${name}, step ${step})`,
        );
        return;
      }
      const source = picked(await imagesFor(run, files, options, context), options);
      if (source.count < 2) {
        throw new UsageError("interpolation needs two images or more, such as --images 0,1");
      }
      const images = await showWork(context, "interpolating", (work) =>
        interpolateImages(model, source, steps, { ...work, path }),
      );
      await saveImages(out, images, steps);
      const lines = source.count - 1;
      context.output.result(
        { run: name, model: record.model, step, out, lines, steps, ...(path && { path }) },
        `wrote ${out}: ${plural(lines, "row")} of ${steps} images, each from one image of ${source.name} to the next (${record.model}, ${name}, step ${step})`,
      );
    });
  });
}

/** @throws UsageError for a single caption, or captions beside images */
function requirePrompts(prompt: readonly string[], files: readonly string[]): void {
  if (prompt.length < 2) {
    throw new UsageError("interpolation needs two captions or more: give --prompt again");
  }
  if (files.length > 0) throw new UsageError("give captions or images, not both");
}
