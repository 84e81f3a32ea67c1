import type { Command } from "commander";
import { sampleBatches, sample as sampleImages } from "../../core/capabilities/sample.js";
import { systemClock } from "../../training/clock.js";
import { act } from "../action.js";
import { figure, plural } from "../format.js";
import { imageFormat, requirePicture, saveImages, streamNpy } from "../image-output.js";
import {
  addRunOptions,
  given,
  names,
  numberFrom,
  type RunChoice,
  wholeNumber,
} from "../options.js";
import { prepareOutput } from "../output-file.js";
import { withRun } from "../run.js";
import { showWork } from "../work.js";

interface SampleChoice extends RunChoice {
  readonly count: number;
  readonly out: string;
  readonly seed: number;
  readonly temperature: number;
  readonly draw: boolean;
  readonly label?: readonly string[];
  readonly columns?: number;
}

export function sample(command: Command): void {
  addRunOptions(command)
    .option("-n, --count <n>", "images to draw", wholeNumber(1), 64)
    .option(
      "--out <file>",
      "a .png grid, or a .npy array [N,C,H,W] of float32 in [0,1]",
      "samples.png",
    )
    .option("--seed <n>", "the same seed gives the same images", wholeNumber(0), 0)
    .option("--temperature <x>", "spread of the noise; 1 is the model as it is", numberFrom(0), 1)
    .option("--draw", "draw each pixel, instead of showing its mean", false)
    .option(
      "--label <classes>",
      "classes to draw in turn, by name or number, such as 3 or cat,dog",
      names,
    )
    .option("--columns <n>", "images in a row of the grid", wholeNumber(1));
  act(command, async (context, options: SampleChoice, reference: string) => {
    const { count, out, seed, temperature, draw, label: classes, columns } = options;
    const format = imageFormat(out);
    await prepareOutput(out);
    await withRun(reference, options, context, async ({ name, record, data, step, model }) => {
      if (format === ".png") requirePicture(count, data);
      const begun = systemClock.seconds();
      await showWork(context, "sampling", async (work) => {
        const request = {
          ...work,
          count,
          seed,
          temperature,
          draw,
          ...(classes && { condition: { class: classes } }),
        };
        if (format === ".npy") await streamNpy(out, count, data, sampleBatches(model, request));
        else await saveImages(out, await sampleImages(model, request), columns);
      });
      const seconds = systemClock.seconds() - begun;
      const { channels, height, width } = data;
      const settings = given({ seed, temperature, draw, ...(classes && { class: classes }) });
      context.output.result(
        {
          run: name,
          model: record.model,
          step,
          out,
          shape: [count, channels, height, width],
          ...settings,
          ...{ seconds, secondsPerImage: seconds / count },
        },
        `wrote ${out}: ${plural(count, "image")} drawn by ${record.model} (${name}, step ${step}), seed ${seed}, ` +
          `in ${figure(seconds)} s (${figure((1000 * seconds) / count)} ms an image)`,
      );
    });
  });
}
