import { type Command, InvalidArgumentError, Option } from "commander";
import { mostThreads } from "../runtime/node-threads.js";

/** Parses an option's value as a whole number ≥ `least`. */
export const wholeNumber = (least: number) => (text: string) =>
  checked(
    text,
    (value) => Number.isSafeInteger(value) && value >= least,
    `a whole number ≥ ${least}`,
  );

function threadCount(text: string): number {
  const most = mostThreads();
  return checked(
    text,
    (value) => Number.isInteger(value) && value >= 1 && value <= most,
    `a whole number from 1 to ${most} on this machine`,
  );
}

/** Parses an option's value as a number above a bound. */
export const numberAbove = (bound: number) => (text: string) =>
  checked(text, (value) => value > bound, `a number > ${bound}`);
export const numberFrom = (least: number) => (text: string) =>
  checked(text, (value) => value >= least, `a number ≥ ${least}`);

/** Parses an option's value as a number in [least, below). */
export const numberWithin = (least: number, below: number) => (text: string) =>
  checked(text, (value) => value >= least && value < below, `a number in [${least}, ${below})`);

function checked(text: string, allowed: (value: number) => boolean, expected: string): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (!Number.isFinite(value) || !allowed(value)) {
    throw new InvalidArgumentError(`It must be ${expected}.`);
  }
  return value;
}

/** Parses `28` or `32x48` (height × width). */
export function imageSize(text: string): { height: number; width: number } {
  const match = /^(\d+)(?:[x×](\d+))?$/.exec(text);
  const height = Number(match?.[1]);
  const width = Number(match?.[2] ?? match?.[1]);
  if (match === null || height < 1 || width < 1) {
    throw new InvalidArgumentError("It must be a side length in pixels, or HEIGHTxWIDTH.");
  }
  return { height, width };
}

/** Parses `0,5,9` as numbers of images, or of other things that are counted from 0. */
export function imageNumbers(text: string): number[] {
  return text.split(",").map((part) => wholeNumber(0)(part));
}

/** Parses `-1,0,0.5` as numbers. */
export function numbers(text: string): number[] {
  return text
    .split(",")
    .map((part) => checked(part, () => true, "a number, or several with commas"));
}

/** Parses `cat,dog` as names. */
export const names = (text: string): string[] => text.split(",").map((name) => name.trim());

/** Collects the values of a repeatable option. */
export const collect = (value: string, before: readonly string[] = []) => [...before, value];

export const choice = (flags: string, description: string, choices: readonly string[]) =>
  new Option(flags, description).choices(choices);

export interface DeviceChoice {
  readonly device?: "auto" | "cpu" | "webgpu" | "cuda";
  readonly threads?: number;
}

export interface RunChoice extends DeviceChoice {
  readonly checkpoint?: "last" | "best";
}

export function addDeviceOptions(command: Command): Command {
  return command
    .addOption(
      choice("--device <name>", "where to compute", ["auto", "cpu", "webgpu", "cuda"]).default(
        "auto",
      ),
    )
    .option("--threads <n>", "CPU threads (default: all cores)", threadCount);
}

/** Adds the argument and options of a command that uses a trained run. */
export function addRunOptions(command: Command): Command {
  command
    .argument("<run>", "run directory, or zoo:NAME for a run that ships with Figment")
    .addOption(
      choice("--checkpoint <which>", "weights to use (default: best, else last)", ["last", "best"]),
    );
  return addDeviceOptions(command);
}

export interface ImageChoice {
  readonly data?: string;
  readonly split?: string;
  readonly resize?: boolean;
  readonly skipDamaged?: boolean;
}

/** Adds the arguments and options of a command that reads images. */
export const addImageOptions = (command: Command): Command =>
  addDataOptions(
    command.argument("[files...]", "images, folders, IDX or .npy files, instead of a data set"),
  );

/** Adds the options that name images of a data set. */
export function addDataOptions(command: Command): Command {
  return command
    .option("--data <name>", "data set or path (default: the run's own data)")
    .option("--split <name>", "train, validation, test or all (default: test)")
    .option("--resize", "resize images to the size of the run's")
    .option("--skip-damaged", "skip damaged image files and list them");
}

/** The entries that have a value, for options that may be absent but not undefined. */
export function given<T extends object>(options: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
