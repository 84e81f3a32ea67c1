import { type Command, InvalidArgumentError } from "commander";
import {
  corruptImages,
  denoise as denoiseImages,
  needsNoiseLevel,
} from "../../core/capabilities/denoise.js";
import { type Images, inMemory } from "../../core/images.js";
import type { LoadedModel } from "../../core/loaded-model.js";
import { readImages } from "../../data/image-set.js";
import { bestGaussianFilter } from "../../metrics/gaussian-filter.js";
import { meanSsim } from "../../metrics/ms-ssim/ssim.js";
import { psnr } from "../../metrics/psnr.js";
import { type Corruption, corruptionKinds, levelProblem } from "../../nn/corruption.js";
import { act } from "../action.js";
import { UsageError } from "../errors.js";
import { columns, figure, plural } from "../format.js";
import { firstShown, imageFormat, inRows, saveImages } from "../image-output.js";
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
import { showWork } from "../work.js";

interface DenoiseChoice extends RunChoice, ImageChoice, PickChoice {
  readonly corrupt?: Corruption;
  readonly sigma?: number;
  readonly out: string;
  readonly seed: number;
}

/** Images to show in a picture. */
const SHOWN = 16;

export function denoise(command: Command): void {
  addImageOptions(addRunOptions(command))
    .option(
      "--corrupt <kind:level>",
      `damages the images first, and measures the repair: ${corruptionKinds.join(", ")}, such as gaussian:0.5`,
      corruptionOf,
    )
    .option(
      "--sigma <x>",
      "standard deviation of the noise, where images have some and the model must know it",
      numberAbove(0),
    )
    .option("-n, --count <n>", "use the first n images", wholeNumber(1), 100)
    .option("--images <numbers>", "use these images instead, such as 0,5,9", imageNumbers)
    .option(
      "--out <file>",
      `a .png of the first ${SHOWN}: clean, corrupted, by the best Gaussian filter, denoised (without --corrupt: as they are, denoised); or a .npy of all denoised images`,
      "denoised.png",
    )
    .option("--seed <n>", "seed of the damage", wholeNumber(0), 0);
  act(command, async (context, options: DenoiseChoice, reference: string, files: string[]) => {
    const { corrupt, out, seed } = options;
    const format = imageFormat(out);
    await prepareOutput(out);
    await withRun(reference, options, context, async ({ name, record, step, model, ...run }) => {
      const sigma = noiseLevel(model, options);
      const source = picked(await imagesFor(run, files, options, context), options);
      const clean = await readImages(source);
      const noisy =
        corrupt === undefined ? clean : await corruptImages(model, source, corrupt, { seed });
      const noisySource = {
        ...inMemory(noisy.pixelsUnit, noisy.count),
        ...(source.annotations && { annotations: source.annotations }),
      };
      const denoised = await showWork(context, "denoising", (work) =>
        denoiseImages(model, noisySource, { ...work, sigma }),
      );
      const repair = corrupt && measure(clean, noisy, denoised);
      const rows =
        repair === undefined
          ? [noisy, denoised]
          : [clean, clipped(noisy), repair.filter.images, denoised];
      await (format === ".npy"
        ? saveImages(out, denoised)
        : saveImages(
            out,
            inRows(rows.map((images) => firstShown(images, SHOWN))),
            Math.min(SHOWN, clean.count),
          ));
      const { count } = denoised;
      context.output.result(
        {
          run: name,
          model: record.model,
          step,
          out,
          count,
          ...(corrupt && { corruption: corrupt, seed }),
          ...repair?.figures,
        },
        [
          `wrote ${out}: ${plural(count, "image")} of ${source.name}, denoised by ${record.model} (${name}, step ${step})`,
          ...(repair === undefined ? [] : [table(repair.figures)]),
        ].join("\n\n"),
      );
    });
  });
}

/** The level of the noise, which some models must know. @throws UsageError when it is missing */
function noiseLevel(model: LoadedModel, { corrupt, sigma }: DenoiseChoice): number | undefined {
  if (corrupt !== undefined && sigma !== undefined) {
    throw new UsageError("--corrupt says the level of its noise; drop --sigma");
  }
  const { id } = model.definition;
  if (!needsNoiseLevel(model)) {
    if (sigma === undefined) return undefined;
    throw new UsageError(`${id} is not told the level of the noise; drop --sigma`);
  }
  if (corrupt === undefined && sigma === undefined) {
    throw new UsageError(
      `${id} must know the level of the noise: --sigma, or --corrupt gaussian:X`,
    );
  }
  if (corrupt === undefined) return sigma;
  if (corrupt.kind === "gaussian" && corrupt.level > 0) return corrupt.level;
  throw new UsageError(`${id} removes Gaussian noise only: --corrupt gaussian:X, with X > 0`);
}

/** How close images are to the clean ones. */
interface Closeness {
  /** Decibels; null for equal images. */
  readonly psnr: number | null;
  /** Null for images that are too small for it. */
  readonly ssim: number | null;
}

interface RepairFigures {
  readonly corrupted: Closeness;
  readonly gaussianFilter: Closeness & { readonly sigma: number };
  readonly denoised: Closeness;
}

/** The smallest side that structural similarity is defined for. */
const SSIM_SIDE = 11;

function measure(clean: Images, noisy: Images, denoised: Images) {
  const closeness = (images: Images): Closeness => {
    const ratio = psnr(images, clean);
    const large = Math.min(clean.height, clean.width) >= SSIM_SIDE;
    return {
      psnr: Number.isFinite(ratio) ? ratio : null,
      ssim: large ? meanSsim(images, clean) : null,
    };
  };
  const filter = bestGaussianFilter(noisy, clean);
  const figures: RepairFigures = {
    corrupted: closeness(clipped(noisy)),
    gaussianFilter: { sigma: filter.sigma, ...closeness(filter.images) },
    denoised: closeness(denoised),
  };
  return { filter, figures };
}

function table({ corrupted, gaussianFilter, denoised }: RepairFigures): string {
  const row = (name: string, { psnr: ratio, ssim }: Closeness) => [
    name,
    ratio === null ? "equal" : `${ratio.toFixed(2)} dB`,
    ssim === null ? "–" : figure(ssim),
  ];
  return columns([
    ["against the clean images", "PSNR", "SSIM"],
    row("corrupted, clipped to [0, 1]", corrupted),
    row(`best Gaussian filter, σ ${gaussianFilter.sigma.toFixed(1)} pixels`, gaussianFilter),
    row("denoised", denoised),
  ]);
}

const clipped = (images: Images): Images => ({
  ...images,
  pixelsUnit: images.pixelsUnit.map((value) => Math.min(1, Math.max(0, value))),
});

/** Parses `gaussian:0.5`. */
function corruptionOf(text: string): Corruption {
  const at = text.lastIndexOf(":");
  const kind = corruptionKinds.find((name) => name === text.slice(0, at));
  const level = text.slice(at + 1).trim() === "" ? Number.NaN : Number(text.slice(at + 1));
  if (kind === undefined || Number.isNaN(level)) {
    throw new InvalidArgumentError(
      `It must be ${corruptionKinds.join(", ")} with a level, such as gaussian:0.5.`,
    );
  }
  const problem = levelProblem({ kind, level });
  if (problem === undefined) return { kind, level };
  throw new InvalidArgumentError(`${problem[0].toUpperCase()}${problem.slice(1)}.`);
}
