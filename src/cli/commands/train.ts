import { type Command, InvalidArgumentError } from "commander";
import { parseAssignments } from "../../core/config.js";
import type { ModelDefinition } from "../../core/model.js";
import { type OptimizerName, optimizerNames } from "../../core/steps.js";
import { Augmentation } from "../../data/augment.js";
import type { ImageSet } from "../../data/image-set.js";
import { loadDataset } from "../../data/load-dataset.js";
import { findModel, models } from "../../models/registry.js";
import { parseSchedule, scheduleSyntax } from "../../nn/index.js";
import { continueRun, loadDataOf, prepareResume, trainRun } from "../../runs/index.js";
import { criterionNames } from "../../training/choice.js";
import { type AskedOptions, trainingOptions } from "../../training/options.js";
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

/** Options that only a new run takes. */
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
  readonly evaluateEvery?: number;
}

interface TrainChoice extends Budget, NewRunChoice, DeviceChoice {
  readonly resume?: string;
  readonly tensorboard?: boolean;
}

export function train(command: Command): void {
  command
    .usage("<model> [options]\n       figment train --resume <run> [options]")
    .argument("[model]", `model to train: ${models.map(({ id }) => id).join(", ")}`)
    .option(
      "--resume <run>",
      "resume a run exactly where it stopped; --epochs, --lr and --schedule may be new",
    )
    .option("--data <name>", "data set, folder of images, IDX file or .npy (default: digits)")
    .option("--out <dir>", "directory of the run (default: runs/MODEL-DATA)")
    .option("--overwrite", "replace an existing run")
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
    .option(
      "--set <key=value>",
      "a setting of the model; can be repeated. Of several values, such as components=2..20, choose=bic, aic or validation picks one",
      collect,
    )
    .option("--weights <run>", "start from the weights and settings of another run of the model")
    .option(
      "--part <name=run>",
      "a run that becomes part of the model, such as encoder=runs/ae; can be repeated",
      collect,
    )
    .optionsGroup("Training:")
    .option("--batch <n>", "images per step", wholeNumber(1))
    .option("--lr <x>", "learning rate", numberAbove(0))
    .addOption(choice("--optimizer <name>", "update rule", optimizerNames))
    .option(
      "--betas <b1,b2>",
      "decay of the means of gradients and squared gradients, for adam",
      betas,
    )
    .option("--weight-decay <x>", "weight decay (default: the rule's)", numberFrom(0))
    .option("--schedule <text>", `learning rate over time: ${scheduleSyntax}`, schedule)
    .option("--clip-norm <x>", "largest norm of the gradient; 0 for no clipping", numberFrom(0))
    .option("--ema <x>", "decay of averaged weights; 0 for no average", numberWithin(0, 1))
    .option(
      "--seed <n>",
      "seed of the weights, the order of the data and the noise",
      wholeNumber(0),
    )
    .optionsGroup("Images:")
    .addOption(
      choice(
        "--binarisation <mode>",
        "set pixels to 1 with the probability of their grey, else to 0",
        ["none", "fixed", "dynamic"],
      ),
    )
    .option(
      "--augment <list>",
      "vary training images in each epoch, such as flip,shift=2,rotation=10 (pixels, degrees)",
      augmentation,
    )
    .option("--size <n|HxW>", "resize images to this size", imageSize)
    .addOption(choice("--channels <n>", "convert images to grey (1) or colour (3)", ["1", "3"]))
    .option("--skip-damaged", "skip damaged image files and list them")
    .option(
      "--validation <share>",
      "share of the training images held out to pick the best weights (default: 0.1)",
      numberWithin(0, 1),
    )
    .optionsGroup("Keeping and watching:")
    .option(
      "--checkpoint-every <seconds>",
      "minimum time between checkpoints (default: 10)",
      numberFrom(0),
    )
    .option("--keep <n>", "checkpoints to keep besides the best (default: 2)", wholeNumber(1))
    .option(
      "--evaluate-every <epochs>",
      "judge samples against the validation images so often: Fréchet distance, precision, recall",
      wholeNumber(1),
    )
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
        throw new UsageError(`name the model to train: ${ids}; or a run to resume: --resume RUN`);
      }
      return begin(context, options, findModel(model));
    },
    "stopping after this step; press Ctrl-C again to exit at once",
  );
}

/** Checks a schedule and keeps it as text. */
function schedule(text: string): string {
  try {
    parseSchedule(text);
    return text;
  } catch (error) {
    throw new InvalidArgumentError(`${(error as Error).message}.`);
  }
}

/** Parses `flip,shift=2,rotation=10`. */
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

/** Parses `0.5,0.999`. */
function betas(text: string): [number, number] {
  const [first, second, ...rest] = text.split(",").map(numberWithin(0, 1));
  if (first === undefined || second === undefined || rest.length > 0) {
    throw new InvalidArgumentError("It must be two numbers in [0, 1), such as 0.5,0.999.");
  }
  return [first, second];
}

/** Parses `name=value` pairs. */
function assignments(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf("=");
      if (at < 1) throw new UsageError(`--part ${pair}: it must be of the form name=run`);
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

/** Refuses an unknown model before help for it is shown. */
function checkModel([first]: readonly string[]): string {
  if (first !== undefined && !first.startsWith("-")) findModel(first);
  return "";
}

function helpOn(args: readonly string[]): string {
  const named = models.find(({ id }) => args.includes(id));
  if (named !== undefined) return modelHelp(named);
  return "figment train MODEL --help shows the settings of a model with their defaults.";
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
    evaluateEvery: options.evaluateEvery,
  });
  const { choose, config } = chosenIn(parseAssignments(options.set ?? [], definition.config));
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
      ...given({ choose }),
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
  await reportTraining(context, result, out, definition);
}

/** Parts the model's settings from `choose`, which says by what to choose among several values. */
function chosenIn({ choose, ...config }: Record<string, unknown>) {
  const by = criterionNames.find((name) => name === choose);
  if (choose === undefined || by !== undefined) return { choose: by, config };
  throw new UsageError(`--set choose=${choose}: it takes ${criterionNames.join(", ")}`);
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
  const { resume: _, epochs, steps, minutes, patience, lr, schedule, ...others } = options;
  const { device, threads, tensorboard, ...rest } = others;
  const [fixed] = Object.entries(rest).find(([, value]) => value !== undefined) ?? [];
  if (fixed !== undefined) {
    const flag = `--${fixed.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    throw new UsageError(`${flag} cannot be given with --resume: a run keeps its settings`);
  }
  if (reference.startsWith("zoo:")) {
    throw new UsageError(
      `${reference} ships with Figment and cannot be changed; train a run of your own`,
    );
  }
  const directory = resolveRun(reference);
  const training = given({ epochs, steps, minutes, patience, learningRate: lr, schedule });
  const prepared = await prepareResume(directory, { training });
  const { definition, data } = prepared.described;
  if (model !== undefined && model !== definition.id) {
    throw new UsageError(`${directory} is a run of ${definition.id}, not of ${model}`);
  }
  const images = await showDataWork(context, (onProgress, reading) =>
    loadDataOf(data, "train", { onProgress, ...reading }),
  );
  const announcement = announce(definition, images, prepared.options, directory);
  const result = await showTraining(context, prepared.options, announcement, (reporting) =>
    continueRun(prepared, images, {
      ...reporting,
      ...given({ device: device === "auto" ? undefined : device, threads, tensorboard }),
      training,
    }),
  );
  await reportTraining(context, result, directory, definition, prepared.step);
}
