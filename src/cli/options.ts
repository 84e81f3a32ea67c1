import { type Command, InvalidArgumentError, Option } from "commander";
import { mostThreads } from "../runtime/node-threads.js";

/** Reads an option's value as a whole number of at least `least`. */
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

/** Reads an option's value as a number that is above, or at least, a bound. */
export const numberAbove = (bound: number) => (text: string) =>
  checked(text, (value) => value > bound, `a number > ${bound}`);
export const numberFrom = (least: number) => (text: string) =>
  checked(text, (value) => value >= least, `a number ≥ ${least}`);

/** A number in [least, most), or its upper bound too. */
export const numberWithin = (least: number, below: number) => (text: string) =>
  checked(text, (value) => value >= least && value < below, `a number in [${least}, ${below})`);

function checked(text: string, allowed: (value: number) => boolean, expected: string): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (!Number.isFinite(value) || !allowed(value)) {
    throw new InvalidArgumentError(`It must be ${expected}.`);
  }
  return value;
}

/** Reads `28` or `32x48` (height × width). */
export function imageSize(text: string): { height: number; width: number } {
  const match = /^(\d+)(?:[x×](\d+))?$/.exec(text);
  const height = Number(match?.[1]);
  const width = Number(match?.[2] ?? match?.[1]);
  if (match === null || height < 1 || width < 1) {
    throw new InvalidArgumentError("It must be a side in pixels, or HEIGHTxWIDTH.");
  }
  return { height, width };
}

/** Reads `0,5,9` as numbers of images. */
export function imageNumbers(text: string): number[] {
  return text.split(",").map((part) => wholeNumber(0)(part));
}

/** Reads `cat,dog` as names. */
export const names = (text: string): string[] => text.split(",").map((name) => name.trim());

/** For options that can be given several times. */
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
    .option("--threads <n>", "threads of the CPU (default: all cores)", threadCount);
}

/** Argument and options of a command that works with a trained run. */
export function addRunOptions(command: Command): Command {
  command
    .argument("<run>", "run directory, or zoo:NAME for a run that ships with Figment")
    .addOption(
      choice("--checkpoint <which>", "weights to use (default: best, where there are some)", [
        "last",
        "best",
      ]),
    );
  return addDeviceOptions(command);
}

export interface ImageChoice {
  readonly data?: string;
  readonly split?: string;
  readonly resize?: boolean;
  readonly skipDamaged?: boolean;
}

/** Argument and options of a command that reads images. */
export function addImageOptions(command: Command): Command {
  return command
    .argument("[files...]", "images, folders, IDX or .npy files, in place of a data set")
    .option("--data <name>", "data set, or path (default: what the run was trained on)")
    .option("--split <name>", "train, validation, test or all (default: test)")
    .option("--resize", "bring images of another size to that of the run")
    .option("--skip-damaged", "leave out image files that are damaged, and name them");
}

/** The entries that have a value, for options that may be absent but not undefined. */
export function given<T extends object>(options: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
