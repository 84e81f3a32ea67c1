import type { Command } from "commander";
import { filters as filterImages } from "../../core/capabilities/filters.js";
import type { Images } from "../../core/images.js";
import { act } from "../action.js";
import { plural } from "../format.js";
import { imageFormat, saveImages } from "../image-output.js";
import { addRunOptions, type RunChoice, wholeNumber } from "../options.js";
import { prepareOutput } from "../output-file.js";
import { withRun } from "../run.js";

interface FiltersChoice extends RunChoice {
  readonly count: number;
  readonly out: string;
}

export function filters(command: Command): void {
  addRunOptions(command)
    .option("-n, --count <n>", "units, those with the largest weights first", wholeNumber(1), 100)
    .option("--out <file>", "a .png grid, or a .npy array", "filters.png");
  act(command, async (context, { count, out, ...options }: FiltersChoice, reference: string) => {
    imageFormat(out);
    await prepareOutput(out);
    await withRun(reference, options, context, async ({ name, record, step, model }) => {
      const all = await filterImages(model);
      const shown = firstOf(all, count);
      await saveImages(out, shown);
      context.output.result(
        { run: name, model: record.model, step, out, units: all.count, shown: shown.count },
        `wrote ${out}: the patterns of ${plural(shown.count, "unit")} of ${all.count} (${record.model}, ${name}, step ${step})`,
      );
    });
  });
}

function firstOf(images: Images, count: number): Images {
  const kept = Math.min(count, images.count);
  const size = images.pixelsUnit.length / images.count;
  return { ...images, count: kept, pixelsUnit: images.pixelsUnit.slice(0, kept * size) };
}
