import type { Command } from "commander";
import {
  type SampleOptions,
  sampleBatches,
  sample as sampleImages,
} from "../../core/capabilities/sample.js";
import type { Settings } from "../../core/driven.js";
import type { LoadedModel } from "../../core/loaded-model.js";
import { type BestOf, sampleBest } from "../../runs/index.js";
import { systemClock } from "../../training/clock.js";
import { act, type Context } from "../action.js";
import { type ConditionChoice, conditionOf } from "../condition.js";
import { UsageError } from "../errors.js";
import { figure, plural } from "../format.js";
import { imageFormat, pixelsIn, requirePicture, saveImages, streamNpy } from "../image-output.js";
import { addRunOptions, collect, given, names, type RunChoice, wholeNumber } from "../options.js";
import { prepareOutput } from "../output-file.js";
import { withRun } from "../run.js";
import { resolveRun } from "../run-reference.js";
import {
  addSamplerOptions,
  namedSettings,
  type SamplerChoice,
  samplerAssignments,
} from "../sampler-options.js";
import { settingsFrom } from "../settings.js";
import { showWork } from "../work.js";

interface SampleChoice extends RunChoice, ConditionChoice, SamplerChoice {
  readonly count: number;
  readonly out: string;
  readonly seed: number;
  readonly draw: boolean;
  readonly candidates?: number;
  readonly rank?: string;
  readonly columns?: number;
}

export function sample(command: Command): void {
  addSamplerOptions(addRunOptions(command))
    .option("-n, --count <n>", "images to draw", wholeNumber(1), 64)
    .option(
      "--out <file>",
      "a .png grid, or a .npy array [N,C,H,W] of float32 in [0,1]",
      "samples.png",
    )
    .option("--seed <n>", "the same seed gives the same images", wholeNumber(0), 0)
    .option("--draw", "draw each pixel instead of showing its mean", false)
    .option(
      "--label <classes>",
      "classes to draw in turn, by name or number, such as 3 or cat,dog",
      names,
    )
    .option(
      "--attributes <list>",
      "attributes to draw, such as glasses,beard=0.5; others are 0; can be repeated",
      collect,
    )
    .option("--prompt <text>", "a caption to draw; can be repeated", collect)
    .option("--prompts <file>", "file of captions to draw, one per line")
    .option(
      "--candidates <n>",
      "draw so many images for each and keep the one that fits its caption best; needs --rank",
      wholeNumber(1),
    )
    .option("--rank <run>", "the run that ranks candidates, such as a clip")
    .option("--columns <n>", "images per row of the grid", wholeNumber(1));
  act(command, async (context, options: SampleChoice, reference: string) => {
    const { count, out, seed, temperature, draw, columns } = options;
    const format = imageFormat(out);
    await prepareOutput(out);
    const condition = await conditionOf(options);
    requireRank(options);
    await withRun(reference, options, context, async ({ name, record, data, step, model }) => {
      if (format === ".png") requirePicture(count, data);
      const settings = samplerSettings(model, options);
      const begun = systemClock.seconds();
      let ranked: BestOf | undefined;
      await showWork(context, "sampling", async (work) => {
        const request = {
          ...work,
          count,
          seed,
          temperature,
          draw,
          condition,
          options: settings,
        };
        if (options.rank !== undefined) {
          ranked = await bestOf(model, options.rank, options, context, request);
          await saveImages(out, ranked.images, columns);
        } else if (format === ".npy") {
          const shape = [count, data.channels, data.height, data.width];
          await streamNpy(out, shape, pixelsIn(sampleBatches(model, request)));
        } else {
          await saveImages(out, await sampleImages(model, request), columns);
        }
      });
      const seconds = systemClock.seconds() - begun;
      const { channels, height, width } = data;
      context.output.result(
        {
          run: name,
          model: record.model,
          step,
          out,
          shape: [count, channels, height, width],
          seed,
          temperature,
          draw,
          ...condition,
          ...settings,
          ...given({ sampling: model.model.sampling }),
          ...(ranked && {
            rank: options.rank,
            candidates: options.candidates,
            cosines: ranked.cosines,
          }),
          seconds,
          secondsPerImage: seconds / count,
        },
        `wrote ${out}: ${plural(count, "image")} drawn by ${record.model} (${name}, step ${step}), seed ${seed}, ` +
          `in ${figure(seconds)} s (${figure((1000 * seconds) / count)} ms per image)` +
          (ranked === undefined ? "" : describeRanked(ranked, options)) +
          (model.model.sampling === undefined ? "" : `\n${model.model.sampling}`),
      );
    });
  });
}

/** @throws UsageError when one of the two options that need each other is missing */
function requireRank({ candidates, rank }: SampleChoice): void {
  if (candidates !== undefined && rank === undefined) {
    throw new UsageError("--candidates needs a run that ranks them, such as a clip: --rank");
  }
  if (rank !== undefined && candidates === undefined) {
    throw new UsageError("--rank needs a number of images to choose from: --candidates");
  }
  if (rank !== undefined) resolveRun(rank);
}

/** The best of several candidates of each image, by another run. */
async function bestOf(
  model: LoadedModel,
  rank: string,
  choice: SampleChoice,
  context: Context,
  request: SampleOptions,
): Promise<BestOf> {
  const { candidates = 1, device, threads } = choice;
  let best: BestOf | undefined;
  await withRun(rank, given({ device, threads }), context, async (judge) => {
    best = await sampleBest(model, judge.model, { ...request, candidates });
  });
  return best as BestOf;
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

const describeRanked = ({ cosines, means }: BestOf, { candidates, rank }: SampleChoice): string =>
  `\nthe best of ${candidates} candidates each, by ${rank}: cosine ${figure(mean(cosines))}, of all candidates ${figure(mean(means))}`;

/**
 * Parses the settings of a model's sampler.
 *
 * @throws UsageError for an option of its own of a setting that the sampler lacks
 */
function samplerSettings({ model, definition }: LoadedModel, choice: SampleChoice): Settings {
  const { sample: capability } = model.capabilities;
  const schema = typeof capability === "object" ? capability.options : undefined;
  const unknown = namedSettings(choice).find(({ key }) => !(key in (schema?.shape ?? {})));
  if (unknown !== undefined) {
    throw new UsageError(`the sampler of ${definition.id} has no setting ${unknown.option}`);
  }
  return settingsFrom(schema, samplerAssignments(choice));
}
