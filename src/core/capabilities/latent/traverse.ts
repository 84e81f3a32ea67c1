import { repeatAnnotations } from "../../annotations.js";
import { ConfigError, DataError } from "../../errors.js";
import type { Images } from "../../images.js";
import { type LoadedModel, requireCapability, type WorkOptions } from "../../loaded-model.js";
import { requireCount } from "../batches.js";
import { type Codes, decode } from "../codes.js";

export interface TraverseOptions extends WorkOptions {
  /** Images per row; 11 by default. */
  readonly steps?: number;
  /**
   * The unit is moved from −range to +range; by default to the ends of its prior, or else 3, in standard
   * deviations of the prior.
   */
  readonly range?: number;
}

/**
 * Shows the effect of each unit of the code: in its row the unit moves and the others stay fixed. Where
 * the code has a category, each other unit has a row for each category.
 *
 * @param start  one code, such as that of an image or the prior's mean
 * @returns      rows · steps images, row after row: length rows, or categories · (length − categories)
 */
export async function traverse(
  model: LoadedModel,
  start: Codes,
  options: TraverseOptions = {},
): Promise<Images> {
  const { categories = 0 } = requireCapability(model, "decode");
  const positions = positionsOf(model, start, options);
  const starts = Array.from({ length: Math.max(1, categories) }, (_, category) =>
    ofCategory(start, category, categories),
  );
  const units = Array.from({ length: start.length - categories }, (_, unit) => categories + unit);
  const codes = units.flatMap((unit) =>
    starts.flatMap((from) => positions.map((position) => moved(from, [[unit, position]]))),
  );
  return decodeAll(model, start, codes, options);
}

/** A code with another category: 1 at its own place and 0 at the others. */
function ofCategory(start: Codes, category: number, categories: number): Codes {
  const values = start.values.slice();
  for (let at = 0; at < categories; at++) values[at] = at === category ? 1 : 0;
  return { ...start, values };
}

/**
 * Shows the effect of two units of the code together, the others fixed: the manifold of a model
 * whose codes are two numbers.
 *
 * @param start  one code, such as that of an image or the prior's mean
 * @param units  the unit that grows from left to right, and the one that grows from bottom to top
 * @returns      steps · steps images, row after row from the top
 * @throws ConfigError when the units are the same, or one is not among the code's
 */
export async function traversePlane(
  model: LoadedModel,
  start: Codes,
  units: readonly [number, number],
  options: TraverseOptions = {},
): Promise<Images> {
  const positions = positionsOf(model, start, options);
  const beyond = units.find((unit) => !Number.isInteger(unit) || unit < 0 || unit >= start.length);
  if (beyond !== undefined) {
    throw new ConfigError(`there is no number ${beyond} in a code of ${start.length}, from 0`);
  }
  if (units[0] === units[1]) throw new ConfigError("the two numbers of the code must differ");
  const codes = [...positions].reverse().map((up) =>
    positions.map((right) =>
      moved(start, [
        [units[0], right],
        [units[1], up],
      ]),
    ),
  );
  return decodeAll(model, start, codes.flat(), options);
}

/** Where a unit stands in each image of a row. @throws when the options or the start do not fit */
function positionsOf(
  model: LoadedModel,
  start: Codes,
  { steps = 11, range = requireCapability(model, "decode").range ?? 3 }: TraverseOptions,
): number[] {
  requireCount("the number of steps", steps, 2);
  if (!(range > 0 && Number.isFinite(range))) {
    throw new ConfigError(`the range must be a number > 0, not ${range}`);
  }
  if (start.count !== 1) {
    throw new DataError(`a traversal starts from one code, not ${start.count}`);
  }
  return Array.from({ length: steps }, (_, step) => range * ((2 * step) / (steps - 1) - 1));
}

/** The starting code with some units elsewhere. */
function moved({ values }: Codes, units: readonly (readonly [number, number])[]): Float32Array {
  const code = values.slice();
  for (const [unit, position] of units) code[unit] = position;
  return code;
}

/** Decodes codes with the annotations of the starting code. */
function decodeAll(
  model: LoadedModel,
  { length, annotations }: Codes,
  codes: readonly Float32Array[],
  options: WorkOptions,
): Promise<Images> {
  const values = new Float32Array(codes.length * length);
  for (const [at, code] of codes.entries()) values.set(code, at * length);
  return decode(
    model,
    {
      count: codes.length,
      length,
      values,
      ...(annotations && { annotations: repeatAnnotations(annotations, codes.length) }),
    },
    options,
  );
}
