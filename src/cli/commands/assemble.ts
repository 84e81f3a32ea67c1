import type { Command } from "commander";
import { type LoadedModel, requireCapability } from "../../core/loaded-model.js";
import { type ImageSet, readImages, subset } from "../../data/image-set.js";
import { assembledFrom, type Reassembled, reassembled } from "../../runs/assembly/assembled.js";
import { assemblyFigures } from "../../runs/assembly/figures.js";
import { frechetToReal } from "../../runs/assembly/frechet-to-real.js";
import { puzzleFigures } from "../../runs/assembly/puzzle-figures.js";
import type { OpenRun } from "../../training/load-run.js";
import { act, type Context } from "../action.js";
import { type AssemblyPicture, assemblyPicture } from "../assembly-picture.js";
import { type AssemblyReport, assemblyTables } from "../assembly-report.js";
import { UsageError } from "../errors.js";
import { EXTRACTOR_HELP } from "../extractor-help.js";
import { plural } from "../format.js";
import { imageFormat, saveImages } from "../image-output.js";
import { imagesFor, type PickChoice, picked } from "../images.js";
import {
  addDataOptions,
  addRunOptions,
  given,
  type ImageChoice,
  imageNumbers,
  type RunChoice,
  wholeNumber,
} from "../options.js";
import { prepareOutput } from "../output-file.js";
import { loadPatches } from "../patch-files.js";
import { withRun } from "../run.js";
import { showWork } from "../work.js";

interface AssembleChoice extends RunChoice, ImageChoice, PickChoice {
  readonly image?: readonly string[];
  readonly patches?: readonly string[];
  readonly draws: number;
  readonly seed: number;
  readonly extractor?: string;
  readonly out: string;
}

/** Rows of the picture, at most. */
const SHOWN = 16;
/** Real images that wholes are compared with, at most. */
const MOST_OTHERS = 10_000;

export function assemble(command: Command): void {
  addDataOptions(addRunOptions(command))
    .option("--image <files...>", "cut the patches from these images, instead of a data set")
    .option("--patches <files...>", "patches of one image, as many as the run takes, in any order")
    .option("-n, --count <n>", "use the first n images", wholeNumber(1), 1000)
    .option("--images <numbers>", "use these images instead, such as 0,5,9", imageNumbers)
    .option("--draws <n>", "wholes to draw for each image", wholeNumber(1), 4)
    .option("--seed <n>", "of the draws and of the order of the patches", wholeNumber(0), 0)
    .option("--extractor <name>", EXTRACTOR_HELP)
    .option(
      "--out <file>",
      `a .png of the first ${SHOWN}: image, patches, patches as placed, mask, draws; or a .npy of the first draw of each`,
      "assembled.png",
    );
  act(command, async (context, options: AssembleChoice, reference: string) => {
    const { image = [], patches, data, split, out } = options;
    if (patches !== undefined && [data, split, options.image].some((one) => one !== undefined)) {
      throw new UsageError("give patches, or images to cut them from, not both");
    }
    imageFormat(out);
    await prepareOutput(out);
    await withRun(reference, options, context, async (run) => {
      requireCapability(run.model, "assemble");
      if (patches !== undefined) return fromPatches(run, patches, options, context);
      await fromImages(run, await imagesFor(run, image, options, context), options, context);
    });
  });
}

/** Assembles patches from files, whose image nobody knows. */
async function fromPatches(
  { name, record, step, model, data }: OpenRun,
  files: readonly string[],
  options: AssembleChoice,
  context: Context,
): Promise<void> {
  const { out, draws, seed, resize } = options;
  const patches = await loadPatches(model, files, data.binarisation, given({ resize }));
  const made = await showWork(context, "assembling", (work) =>
    assembledFrom(model, patches, { ...work, draws, seed }),
  );
  const picture = assemblyPicture(model, 1, patches, made);
  await save(out, picture, made.draws[0].whole);
  const { places } = made.likeliest;
  context.output.result(
    { run: name, model: record.model, step, out, places: [...places], draws, seed },
    `wrote ${out}: ${places.length} patches, assembled by ${record.model} (${name}, step ${step})\n${contentsOf(out, picture)}`,
  );
}

/** Cuts images, assembles their patches, and compares the wholes with them. */
async function fromImages(
  { name, record, step, model }: OpenRun,
  all: ImageSet,
  options: AssembleChoice,
  context: Context,
): Promise<void> {
  const { out, draws, seed } = options;
  const set = picked(all, options);
  const made = await showWork(context, "assembling", (work) =>
    reassembled(model, set, { ...work, draws, seed }),
  );
  const originals = await readImages(set);
  const shown = Math.min(SHOWN, set.count);
  const picture = assemblyPicture(model, shown, made.cut, made, originals);
  await save(out, picture, made.draws[0].whole);
  const report =
    set.count < 2 ? undefined : await compared(model, all, set, made, options, context);
  for (const warning of report?.frechet?.warnings ?? []) context.output.warn(warning);
  context.output.result(
    { run: name, model: record.model, step, out, count: set.count, draws, seed, ...report },
    [
      `wrote ${out}: ${plural(set.count, "image")} of ${set.name}, assembled by ${record.model} (${name}, step ${step})\n${contentsOf(out, picture)}`,
      ...(report === undefined ? [] : [assemblyTables(report)]),
    ].join("\n\n"),
  );
}

const save = (
  out: string,
  { images, columns }: AssemblyPicture,
  wholes: AssemblyPicture["images"],
) =>
  imageFormat(out) === ".npy" ? saveImages(out, wholes) : saveImages(out, images, columns.length);

const contentsOf = (out: string, { columns }: AssemblyPicture): string =>
  imageFormat(out) === ".npy"
    ? "the first draw of each image"
    : `from left to right: ${columns.join(", ")}`;

async function compared(
  model: LoadedModel,
  all: ImageSet,
  set: ImageSet,
  made: Reassembled,
  { image, images, extractor, device, threads }: AssembleChoice,
  context: Context,
): Promise<AssemblyReport> {
  const { puzzle } = requireCapability(model, "assemble").places;
  const taken = new Set(images ?? Array.from({ length: set.count }, (_, at) => at));
  const rest = Array.from({ length: all.count }, (_, at) => at).filter((at) => !taken.has(at));
  const others = image === undefined && rest.length > 1 ? rest.slice(0, MOST_OTHERS) : undefined;
  const [{ whole }] = made.draws;
  return {
    figures: assemblyFigures(model, await readImages(set), made),
    ...(puzzle && { puzzle: puzzleFigures(model, made, context.signal) }),
    ...(others && {
      frechet: await frechetToReal(
        whole,
        set,
        subset(all, others),
        extractor,
        given({ device, threads }),
      ),
    }),
  };
}
