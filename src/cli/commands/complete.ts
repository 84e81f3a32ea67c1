import { existsSync } from "node:fs";
import type { Command } from "commander";
import { complete as completeImages } from "../../core/capabilities/complete.js";
import type { Images } from "../../core/images.js";
import { requireWhole } from "../../core/missing-pixels.js";
import { readImages } from "../../data/image-set.js";
import { maskFromFile, maskNamed, maskNames } from "../../data/mask.js";
import { act } from "../action.js";
import { UsageError } from "../errors.js";
import { plural } from "../format.js";
import { imageFormat, saveImages } from "../image-output.js";
import { imagesFor, type PickChoice, picked } from "../images.js";
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

interface CompleteChoice extends RunChoice, ImageChoice, PickChoice {
  readonly mask: string;
  readonly repeats: number;
  readonly mean: boolean;
  readonly temperature: number;
  readonly seed: number;
  readonly out: string;
}

/** The grey that shows hidden pixels. */
const HIDDEN = 0.5;

export function complete(command: Command): void {
  addImageOptions(addRunOptions(command))
    .option(
      "--mask <part>",
      `pixels to hide: ${maskNames.join(", ")}, or a picture that is white where pixels are hidden`,
      "bottom",
    )
    .option("-n, --count <n>", "use the first n images", wholeNumber(1), 8)
    .option("--images <numbers>", "use these images instead, such as 0,5,9", imageNumbers)
    .option("--repeats <n>", "completions per image", wholeNumber(1), 6)
    .option(
      "--mean",
      "show the mean of the hidden pixels instead of draws, where the model has one",
      false,
    )
    .option(
      "--temperature <x>",
      "spread of the draws: 1 for the model as it is, 0 for the mode",
      numberFrom(0),
      1,
    )
    .option("--seed <n>", "the same seed gives the same completions", wholeNumber(0), 0)
    .option(
      "--out <file>",
      "a .png with one row per image (original, given pixels, completions), or a .npy of the completions",
      "completions.png",
    );
  act(command, async (context, options: CompleteChoice, reference: string, files: string[]) => {
    const { out, mask, mean, temperature, seed } = options;
    const part = maskNames.find((known) => known === mask);
    if (part === undefined && !existsSync(mask)) {
      throw new UsageError(
        `--mask ${mask}: neither a part (${maskNames.join(", ")}) nor a file that exists`,
      );
    }
    const repeats = mean ? 1 : options.repeats;
    const format = imageFormat(out);
    await prepareOutput(out);
    await withRun(reference, options, context, async ({ name, record, step, model, ...run }) => {
      const source = picked(await imagesFor(run, files, options, context), options);
      if (format === ".png") {
        requireWhole(source, "show", "a picture shows the whole originals; write a .npy instead");
      }
      const known =
        part === undefined ? await maskFromFile(mask, run.data) : maskNamed(part, run.data);
      const completions = await showWork(context, "completing", (work) =>
        completeImages(model, source, { ...work, known, repeats, draw: !mean, temperature, seed }),
      );
      const picture =
        format === ".npy" ? completions : inRows(await readImages(source), known, completions);
      await saveImages(out, picture, repeats + 2);
      const { count } = source;
      const hidden = mean ? "the mean" : plural(repeats, "draw");
      const contents =
        format === ".npy"
          ? `completed by ${hidden} of the hidden pixels`
          : `the given pixels of each, and ${hidden} of the hidden ones`;
      context.output.result(
        {
          run: name,
          model: record.model,
          step,
          out,
          mask,
          count,
          repeats,
          mean,
          temperature,
          seed,
        },
        `wrote ${out}: ${plural(count, "image")} of ${source.name}, ${contents} (${record.model}, ${name}, step ${step})`,
      );
    });
  });
}

/** One row per image: the original, its given pixels and its completions. */
function inRows(originals: Images, known: Uint8Array, completions: Images): Images {
  const { count, channels, height, width } = originals;
  const size = channels * height * width;
  const repeats = completions.count / count;
  const pixelsUnit = new Float32Array(count * (repeats + 2) * size);
  for (let image = 0; image < count; image++) {
    const original = originals.pixelsUnit.subarray(image * size, (image + 1) * size);
    const given = original.map((value, at) => (known[at % known.length] === 1 ? value : HIDDEN));
    const row = image * (repeats + 2) * size;
    pixelsUnit.set(original, row);
    pixelsUnit.set(given, row + size);
    const drawn = completions.pixelsUnit.subarray(
      image * repeats * size,
      (image + 1) * repeats * size,
    );
    pixelsUnit.set(drawn, row + 2 * size);
  }
  return { ...originals, count: count * (repeats + 2), pixelsUnit };
}
