import { type Command, InvalidArgumentError } from "commander";
import { parseAssignments } from "../../core/config.js";
import type { ModelDefinition } from "../../core/model.js";
import { type OptimizerName, optimizerNames } from "../../core/steps.js";
import { Augmentation } from "../../data/augment.js";
import { parseDataSpec } from "../../data/data-spec.js";
import type { ImageSet } from "../../data/image-set.js";
import { loadDataset } from "../../data/load-dataset.js";
import { findModel, models } from "../../models/registry.js";
import { parseSchedule, scheduleSyntax } from "../../nn/index.js";
import { loadDataOf, resumeTraining, trainRun } from "../../runs/index.js";
import { type AskedOptions, trainingOptions } from "../../training/options.js";
import { readRun } from "../../training/run-directory.js";
import { act, type Context } from "../action.js";
import { UsageError } from "../errors.js";
import { plural } from "../format.js";
import { modelHelp } from "../model-help.js";
import {
  addDeviceOptions,
  choice,
  collect,
  type DeviceChoice,
  given,
  imageSize,
  numberAbove,
  numberFrom,
  numberWithin,
  wholeNumber,
} from "../options.js";
import { resolveRun } from "../run-reference.js";
import { reportTraining, showTraining } from "../training-report.js";
import { showDataWork } from "../work.js";

interface Budget {
  readonly epochs?: number | undefined;
  readonly steps?: number | undefined;
  readonly minutes?: number | undefined;
  readonly patience?: number | undefined;
}

/** What only a new run can be given. */
interface NewRunChoice {
  readonly data?: string;
  readonly out?: string;
  readonly overwrite?: boolean;
  readonly set?: readonly string[];
  readonly weights?: string;
  readonly part?: readonly string[];
  readonly batch?: number;
  readonly lr?: number;
  readonly optimizer?: OptimizerName;
  readonly betas?: [number, number];
  readonly weightDecay?: number;
  readonly schedule?: string;
  readonly clipNorm?: number;
  readonly ema?: number;
  readonly seed?: number;
  readonly validation?: number;
  readonly binarisation?: "none" | "fixed" | "dynamic";
  readonly size?: { readonly height: number; readonly width: number };
  readonly channels?: string;
  readonly skipDamaged?: boolean;
  readonly augment?: Partial<Augmentation>;
  readonly checkpointEvery?: number;
  readonly keep?: number;
}

interface TrainChoice extends Budget, NewRunChoice, DeviceChoice {
  readonly resume?: string;
  readonly tensorboard?: boolean;
}

export function train(command: Command): void {
  command
    .usage("<model> [options]\n       figment train --resume <run> [options]")
    .argument("[model]", `what to train: ${models.map(({ id }) => id).join(", ")}`)
    .option("--resume <run>", "go on with a run exactly where it stopped")
    .option(
      "--data <name>",
      "data set, or a folder of images, an IDX file, a .npy (default: digits)",
    )
    .option("--out <dir>", "directory of the run (default: runs/MODEL-DATA)")
    .option("--overwrite", "replace a run that is there already")
    .optionsGroup("How long:")
    .option("--epochs <n>", "passes over the training images (default: 20)", wholeNumber(1))
    .option("--steps <n>", "training steps, instead of epochs", wholeNumber(1))
    .option("--minutes <n>", "minutes of training, instead of epochs", numberAbove(0))
    .option(
      "--patience <n>",
      "end early after so many epochs without a better validation; of a fit by passes, a start",
      wholeNumber(1),
    )
    .optionsGroup("The model:")
    .option("--set <key=value>", "a setting of the model; can be repeated", collect)
    .option("--weights <run>", "begin with the weights and settings of another run of the model")
    .option(
      "--part <name=run>",
      "a run that the model is made with, such as encoder=runs/ae; can be repeated",
      collect,
    )
    .optionsGroup("Training:")
    .option("--batch <n>", "images a step", wholeNumber(1))
    .option("--lr <x>", "learning rate", numberAbove(0))
    .addOption(choice("--optimizer <name>", "update rule", optimizerNames))
    .option(
      "--betas <b1,b2>",
      "decay of the means of gradients and of their squares, of adam",
      betas,
    )
    .option("--weight-decay <x>", "decay of the weights (default: the rule's)", numberFrom(0))
    .option("--schedule <text>", `learning rate over time: ${scheduleSyntax}`, schedule)
    .option("--clip-norm <x>", "largest norm of the gradient; 0 clips nothing", numberFrom(0))
    .option("--ema <x>", "decay of averaged weights; 0 keeps none", numberWithin(0, 1))
    .option("--seed <n>", "decides weights, order of the data and noise", wholeNumber(0))
    .optionsGroup("Images:")
    .addOption(
      choice("--binarisation <mode>", "make pixels 0 or 1 with the probability of their grey", [
        "none",
        "fixed",
        "dynamic",
      ]),
    )
    .option(
      "--augment <list>",
      "vary training images at each epoch, such as flip,shift=2,rotation=10 (pixels, degrees)",
      augmentation,
    )
    .option("--size <n|HxW>", "bring images to this size", imageSize)
    .addOption(choice("--channels <n>", "turn images to grey (1) or colour (3)", ["1", "3"]))
    .option("--skip-damaged", "leave out image files that are damaged, and name them")
    .option(
      "--validation <share>",
      "share of the training images held out to pick the best weights (default: 0.1)",
      numberWithin(0, 1),
    )
    .optionsGroup("Keeping and watching:")
    .option(
      "--checkpoint-every <seconds>",
      "least time between checkpoints (default: 10)",
      numberFrom(0),
    )
    .option("--keep <n>", "checkpoints kept besides the best (default: 2)", wholeNumber(1))
    .option("--tensorboard", "also write event files that TensorBoard reads")
    .optionsGroup("Machine:")
    .addHelpText("before", ({ command: { args } }) => checkModel(args))
    .addHelpText("after", ({ command: { args } }) => `\n${helpOn(args)}`);
  addDeviceOptions(command);
  act(
    command,
    async (context, options: TrainChoice, model?: string) => {
      if (options.resume !== undefined) return resume(context, options, options.resume, model);
      if (model === undefined) {
        const ids = models.map(({ id }) => id).join(", ");
        throw new UsageError(
          `name the model to train: ${ids}; or a run to go on with: --resume RUN`,
        );
      }
      return begin(context, options, findModel(model));
    },
    "stopping after this step; press Ctrl-C again to end at once",
  );
}

/** Reads a schedule, and leaves it as it is written. */
function schedule(text: string): string {
  try {
    parseSchedule(text);
    return text;
  } catch (error) {
    throw new InvalidArgumentError(`${(error as Error).message}.`);
  }
}

/** Reads `flip,shift=2,rotation=10`. */
function augmentation(text: string): Partial<Augmentation> {
  const entries = text.split(",").map((part): [string, unknown] => {
    const [name, value] = part.split("=").map((side) => side.trim());
    return [name, value === undefined ? true : Number(value)];
  });
  const parsed = Augmentation.omit({ seed: true }).partial().safeParse(Object.fromEntries(entries));
  if (parsed.success) return Object.fromEntries(entries);
  throw new InvalidArgumentError(
    "It must be a list of flip, shift=PIXELS and rotation=DEGREES, such as flip,shift=2.",
  );
}

/** Reads `0.5,0.999`. */
function betas(text: string): [number, number] {
  const [first, second, ...rest] = text.split(",").map(numberWithin(0, 1));
  if (first === undefined || second === undefined || rest.length > 0) {
    throw new InvalidArgumentError("It must be two numbers in [0, 1), such as 0.5,0.999.");
  }
  return [first, second];
}

/** Reads `name=value` pairs. */
function assignments(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf("=");
      if (at < 1) throw new UsageError(`--part ${pair}: it must be of the form name=run`);
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

/** Refuses an unknown model before its help would be shown. */
function checkModel([first]: readonly string[]): string {
  if (first !== undefined && !first.startsWith("-")) findModel(first);
  return "";
}

function helpOn(args: readonly string[]): string {
  const named = models.find(({ id }) => args.includes(id));
  if (named !== undefined) return modelHelp(named);
  return "figment train MODEL --help shows the settings of a model, with their defaults.";
}

async function begin(
  context: Context,
  options: TrainChoice,
  definition: ModelDefinition,
): Promise<void> {
  const { data = "digits", seed = 0, binarisation, validation, overwrite, tensorboard } = options;
  const { out = `runs/${definition.id}-${nameOf(data)}`, device, threads, weights } = options;
  const parts = assignments(options.part ?? []);
  const training = given({
    epochs: options.epochs,
    steps: options.steps,
    minutes: options.minutes,
    patience: options.patience,
    batchSize: options.batch,
    learningRate: options.lr,
    optimizer: options.optimizer,
    betas: options.betas,
    weightDecay: options.weightDecay,
    schedule: options.schedule,
    clipNorm: options.clipNorm,
    ema: options.ema,
    checkpointSeconds: options.checkpointEvery,
    keep: options.keep,
  });
  const config = parseAssignments(options.set ?? [], definition.config);
  const budget = trainingOptions(training, definition.training, definition.id);
  const channels = options.channels === undefined ? undefined : Number(options.channels);
  const load = given({ size: options.size, channels, skipDamaged: options.skipDamaged });
  const images = await showDataWork(context, (onProgress, reading) =>
    loadDataset(data, { ...load, onProgress, ...reading }),
  );
  const begun = weights === undefined ? "" : `, from the weights of ${weights}`;
  const announcement = announce(definition, images, budget, out) + begun;
  const result = await showTraining(context, budget, announcement, (reporting) =>
    trainRun({
      ...reporting,
      ...given({ validation, overwrite, tensorboard, device, threads, weights }),
      ...(binarisation && { binarisation: { mode: binarisation, seed: 0 } }),
      ...(options.augment && { augmentation: Augmentation.parse({ seed, ...options.augment }) }),
      parts,
      model: definition,
      data: images,
      load,
      out,
      config,
      training,
      seed,
    }),
  );
  reportTraining(context, result, out, definition);
}

function announce(
  { id }: ModelDefinition,
  { name, count, ...shape }: ImageSet,
  { epochs, steps, minutes }: AskedOptions,
  out: string,
): string {
  const budget =
    epochs !== undefined
      ? plural(epochs, "epoch")
      : steps !== undefined
        ? plural(steps, "step")
        : `${minutes} minutes`;
  const images = `${plural(count, "image")} of ${shape.channels}×${shape.height}×${shape.width}`;
  return `training ${id} on ${name} (${images}) for ${budget}, in ${out}`;
}

/** The last part of a path, without its extension. */
const nameOf = (data: string) =>
  data
    .replace(/[/\\]+$/, "")
    .replace(/^.*[/\\]/, "")
    .replace(/(?<=.)\..*$/, "") || "data";

async function resume(
  context: Context,
  options: TrainChoice,
  reference: string,
  model: string | undefined,
): Promise<void> {
  const {
    resume: _,
    epochs,
    steps,
    minutes,
    patience,
    device,
    threads,
    tensorboard,
    ...rest
  } = options;
  const [fixed] = Object.entries(rest).find(([, value]) => value !== undefined) ?? [];
  if (fixed !== undefined) {
    const flag = `--${fixed.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    throw new UsageError(`${flag} cannot be given with --resume: the run keeps what it began with`);
  }
  if (reference.startsWith("zoo:")) {
    throw new UsageError(
      `${reference} ships with Figment and stays as it is; train a run of your own`,
    );
  }
  const directory = resolveRun(reference);
  const record = await readRun(directory);
  const definition = findModel(record.model);
  if (model !== undefined && model !== definition.id) {
    throw new UsageError(`${directory} is a run of ${definition.id}, not of ${model}`);
  }
  const budget = given({ epochs, steps, minutes });
  const asked = given({ ...budget, patience });
  const before = Object.keys(budget).length > 0 ? {} : record.training;
  const data = parseDataSpec(record.data);
  const training = trainingOptions({ ...before, ...asked }, definition.training, definition.id);
  const images = await showDataWork(context, (onProgress, reading) =>
    loadDataOf(data, "train", { onProgress, ...reading }),
  );
  const announcement = announce(definition, images, training, directory);
  const result = await showTraining(context, training, announcement, (reporting) =>
    resumeTraining(directory, {
      ...reporting,
      ...given({ device: device === "auto" ? undefined : device, threads, tensorboard }),
      training: asked,
      images,
    }),
  );
  reportTraining(context, result, directory, definition, record.progress.step);
}
