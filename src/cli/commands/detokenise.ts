import type { Command } from "commander";
import { detokenise as detokeniseImages } from "../../core/capabilities/tokens.js";
import { DataError } from "../../core/errors.js";
import { requireCapability } from "../../core/loaded-model.js";
import { readNpy } from "../../data/npy.js";
import { act } from "../action.js";
import { plural } from "../format.js";
import { imageFormat, requirePicture, saveImages } from "../image-output.js";
import { addRunOptions, type RunChoice, wholeNumber } from "../options.js";
import { prepareOutput } from "../output-file.js";
import { withRun } from "../run.js";
import { showWork } from "../work.js";

interface DetokeniseChoice extends RunChoice {
  readonly out: string;
  readonly draw: boolean;
  readonly seed: number;
}

export function detokenise(command: Command): void {
  addRunOptions(command)
    .argument("<tokens>", "a .npy of whole numbers, [N, rows, columns], as tokenise writes it")
    .option("--out <file>", "a .png or a .npy of the images", "detokenised.png")
    .option("--draw", "draw each pixel instead of showing its mean", false)
    .option("--seed <n>", "seed of the draws of --draw", wholeNumber(0), 0);
  act(command, async (context, options: DetokeniseChoice, reference: string, file: string) => {
    const { out, draw, seed } = options;
    const format = imageFormat(out);
    await prepareOutput(out);
    const values = await readTokens(file);
    await withRun(reference, options, context, async ({ name, record, step, model, data }) => {
      const { grid } = requireCapability(model, "detokenise");
      const count = values.length / (grid[0] * grid[1]);
      if (!Number.isInteger(count)) {
        throw new DataError(
          `${values.length} tokens are no whole number of images of ${grid.join("×")} tokens`,
          file,
        );
      }
      if (format === ".png") requirePicture(count, data);
      const images = await showWork(context, "detokenising", (work) =>
        detokeniseImages(model, { count, values }, { ...work, draw, seed }),
      );
      await saveImages(out, images);
      context.output.result(
        { run: name, model: record.model, step, out, count, draw, seed },
        `wrote ${out}: ${plural(count, "image")} from the tokens of ${file} (${record.model}, ${name}, step ${step})`,
      );
    });
  });
}

/** @throws DataError when the file holds anything but whole numbers that int32 can hold */
async function readTokens(file: string): Promise<Int32Array> {
  const { data, type } = await readNpy(file);
  const values = Int32Array.from(data);
  const lost = values.findIndex((value, at) => value !== data[at]);
  if (lost < 0 && values.length > 0) return values;
  throw new DataError(
    values.length === 0
      ? "there are no tokens"
      : `tokens are whole numbers, but value ${lost} of this ${type} array is ${data[lost]}`,
    file,
  );
}
