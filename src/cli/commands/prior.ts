import type { Command } from "commander";
import { requireCapability } from "../../core/loaded-model.js";
import type { Features } from "../../metrics/features.js";
import { principalComponents } from "../../metrics/projection/principal-components.js";
import { priorTest } from "../../runs/prior-test.js";
import { act } from "../action.js";
import { requireChart, saveChart } from "../chart.js";
import { protocolOf } from "../facts.js";
import { columns, figure, plural } from "../format.js";
import { imagesFor } from "../images.js";
import {
  addImageOptions,
  addRunOptions,
  given,
  type ImageChoice,
  type RunChoice,
  wholeNumber,
} from "../options.js";
import { prepareOutput } from "../output-file.js";
import { priorChart } from "../prior-chart.js";
import { withRun } from "../run.js";
import { showWork } from "../work.js";

interface PriorChoice extends RunChoice, ImageChoice {
  readonly count: number;
  readonly permutations: number;
  readonly seed: number;
  readonly out?: string;
}

export function prior(command: Command): void {
  addImageOptions(addRunOptions(command))
    .option(
      "-n, --count <n>",
      "codes of each kind, of images that the seed picks",
      wholeNumber(2),
      2000,
    )
    .option(
      "--permutations <n>",
      "random divisions that the test compares with",
      wholeNumber(1),
      500,
    )
    .option(
      "--seed <n>",
      "seed of the images, of the prior's codes and of the divisions",
      wholeNumber(0),
      0,
    )
    .option("--out <file>", "a .png or .svg with both sets of codes side by side");
  act(command, async (context, options: PriorChoice, reference: string, files: string[]) => {
    const { count, permutations, seed, out } = options;
    if (out !== undefined) {
      requireChart(out);
      await prepareOutput(out);
    }
    await withRun(reference, options, context, async (run) => {
      const { name, record, step, model } = run;
      requireCapability(model, "prior");
      const source = await imagesFor(run, files, options, context);
      const found = await showWork(context, "codes", (work) =>
        priorTest(model, source, { ...work, count, permutations, seed }),
      );
      const { images: set, ofImages, ofPrior, byClass, test } = found;
      const classes = set.annotations?.class;
      if (out !== undefined) {
        const title = `${plural(set.count, "code")} of each kind: ${record.model} (${name}), p = ${figure(test.pValue)}`;
        const { axes, points } = inPlane(ofImages, ofPrior);
        await saveChart(
          out,
          priorChart(title, axes, [
            { title: "prior", points: points[1], ...(byClass && given({ classes })) },
            { title: `images of ${set.name}`, points: points[0], ...given({ classes }) },
          ]),
        );
      }
      const protocol = { ...protocolOf(run, set), permutations, seed };
      context.output.result(
        {
          run: name,
          model: record.model,
          step,
          codes: set.count,
          length: ofImages.width,
          ...test,
          protocol,
          ...given({ out }),
        },
        `${columns([
          ["MMD²", `${figure(test.mmdSquared)} between codes of images and of the prior`],
          [
            "p",
            `${figure(test.pValue)}: ${test.pValue > 0.05 ? "not told apart" : "told apart"} at the level of 5 %`,
          ],
          ["codes", `${set.count} of each kind, ${plural(ofImages.width, "number")} each`],
          [
            "kernel",
            `Gaussian of length ${figure(test.bandwidth)}, of five lengths the one that tells most`,
          ],
          ...Object.entries(protocol).map(([key, value]): [string, string] => [key, String(value)]),
          ["run", `${name} (${record.model}, step ${step})`],
        ])}${out === undefined ? "" : `\n\nwrote ${out}`}`,
      );
    });
  });
}

/** Both sets in one plane: their numbers where they have two, else the principal components of both. */
function inPlane(images: Features, drawn: Features) {
  if (images.width === 2) {
    return {
      axes: ["number 0 of the code", "number 1 of the code"] as const,
      points: [images.values, drawn.values],
    };
  }
  const values = new Float64Array([...images.values, ...drawn.values]);
  const { points } = principalComponents({ ...images, count: images.count + drawn.count, values });
  return {
    axes: ["principal component 1", "principal component 2"] as const,
    points: [points.subarray(0, 2 * images.count), points.subarray(2 * images.count)],
  };
}
