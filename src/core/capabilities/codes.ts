import { input } from "../../tensor/tensor.js";
import { DataError } from "../errors.js";
import type { ImageSource, Images } from "../images.js";
import { type LoadedModel, requireCapability, type WorkOptions } from "../loaded-model.js";
import { requireWhole } from "../missing-pixels.js";
import type { RenderOptions } from "../model.js";
import type { ModelProgram } from "../programs.js";
import { batchInputs } from "../state.js";
import {
  batchSizeOf,
  imageFeeds,
  joinBatches,
  requireCount,
  runInBatches,
  toImages,
  wholeOnly,
} from "./batches.js";

/** One code an image, row-major. */
export interface Codes {
  readonly count: number;
  /** Numbers in a code. */
  readonly length: number;
  readonly values: Float32Array;
}

interface CodeOptions extends WorkOptions, Partial<RenderOptions> {
  readonly seed?: number;
}

/** The code of each image. @throws UnavailableError when the model has none */
export async function encode(
  model: LoadedModel,
  source: ImageSource,
  options: WorkOptions = {},
): Promise<Codes> {
  const trace = requireCapability(model, "encode");
  requireWhole(source, "show", wholeOnly(model));
  const program = await model.program("encode", (scope) => ({
    codes: trace(scope, batchInputs(model.data).pixelsUnit),
  }));
  const values = await overImages(model, program, source, options);
  return { count: source.count, length: values.length / source.count, values };
}

/**
 * The image of each code.
 *
 * @throws UnavailableError when the model cannot decode
 * @throws DataError when the codes are not of the model's length
 */
export async function decode(
  model: LoadedModel,
  codes: Codes,
  options: CodeOptions = {},
): Promise<Images> {
  const { draw = false } = options;
  const { count, length, values } = codes;
  const { codeLength, trace } = requireCapability(model, "decode");
  requireCount("the number of codes", count);
  if (length !== codeLength || values.length !== count * codeLength) {
    throw new DataError(`the codes are of length ${length}, the model's of ${codeLength}`);
  }
  const program = await model.program(`decode.${draw ? "draw" : "mean"}`, (scope) => ({
    pixelsUnit: trace(scope, input("codes", ["B", codeLength]), { draw }),
  }));
  const run = {
    batchSize: batchSizeOf(program),
    ...options,
    count,
    feeds: (first: number, size: number) => ({
      codes: values.slice(first * length, (first + size) * length),
    }),
  };
  return toImages(model, await joinBatches(runInBatches(model, program, run)));
}

/** Images through the model and back. @throws UnavailableError when the model cannot reconstruct */
export async function reconstruct(
  model: LoadedModel,
  source: ImageSource,
  options: CodeOptions = {},
): Promise<Images> {
  const { draw = false } = options;
  const trace = requireCapability(model, "reconstruct");
  requireWhole(source, "show", wholeOnly(model));
  const program = await model.program(`reconstruct.${draw ? "draw" : "mean"}`, (scope) => ({
    reconstruction: trace(scope, batchInputs(model.data).pixelsUnit, { draw }),
  }));
  return toImages(model, await overImages(model, program, source, options));
}

async function overImages(
  model: LoadedModel,
  program: ModelProgram,
  source: ImageSource,
  options: CodeOptions,
): Promise<Float32Array> {
  requireCount("the number of images", source.count);
  const run = {
    batchSize: batchSizeOf(program),
    ...options,
    count: source.count,
    feeds: imageFeeds(model, program, source),
  };
  return joinBatches(runInBatches(model, program, run));
}
