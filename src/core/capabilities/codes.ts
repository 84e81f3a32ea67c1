import { input } from "../../tensor/tensor.js";
import { DataError } from "../errors.js";
import {
  type Images,
  type ImageSource,
  type LoadedModel,
  requireCapability,
  type WorkOptions,
} from "../loaded-model.js";
import type { RenderOptions } from "../model.js";
import {
  batchSizeFor,
  joinArrays,
  pixelsPerImage,
  readSpan,
  requireCount,
  spans,
  toImages,
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
  requireCount("the number of images", source.count);
  const { channels, height, width } = model.data;
  const program = await model.program("encode", (scope) => ({
    codes: trace(scope, input("pixelsUnit", ["B", channels, height, width])),
  }));
  const parts: Float32Array[] = [];
  for await (const span of spans(source.count, batchSizeFor(model), options)) {
    const pixelsUnit = await readSpan(source, span, pixelsPerImage(model));
    const { codes } = await program.run({
      state: model.state,
      feeds: { pixelsUnit },
      dims: { B: span.size },
    });
    parts.push(codes as Float32Array);
  }
  const values = joinArrays(parts);
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
  const { draw = false, seed = 0 } = options;
  const { codeLength, trace } = requireCapability(model, "decode");
  requireCount("the number of codes", codes.count);
  if (codes.length !== codeLength || codes.values.length !== codes.count * codeLength) {
    throw new DataError(`the codes are of length ${codes.length}, the model's of ${codeLength}`);
  }
  const program = await model.program(`decode.${draw ? "draw" : "mean"}`, (scope) => ({
    pixelsUnit: trace(scope, input("codes", ["B", codeLength]), { draw }),
  }));
  const parts: Float32Array[] = [];
  for await (const { first, size } of spans(codes.count, batchSizeFor(model), options)) {
    const { pixelsUnit } = await program.run({
      state: model.state,
      feeds: { codes: codes.values.slice(first * codeLength, (first + size) * codeLength) },
      dims: { B: size },
      noise: { seed, first },
    });
    parts.push(pixelsUnit as Float32Array);
  }
  return toImages(model, joinArrays(parts));
}

/** Images through the model and back. @throws UnavailableError when the model cannot reconstruct */
export async function reconstruct(
  model: LoadedModel,
  source: ImageSource,
  options: CodeOptions = {},
): Promise<Images> {
  const { draw = false, seed = 0 } = options;
  const trace = requireCapability(model, "reconstruct");
  requireCount("the number of images", source.count);
  const { channels, height, width } = model.data;
  const program = await model.program(`reconstruct.${draw ? "draw" : "mean"}`, (scope) => ({
    reconstruction: trace(scope, input("pixelsUnit", ["B", channels, height, width]), { draw }),
  }));
  const parts: Float32Array[] = [];
  for await (const span of spans(source.count, batchSizeFor(model), options)) {
    const pixelsUnit = await readSpan(source, span, pixelsPerImage(model));
    const { reconstruction } = await program.run({
      state: model.state,
      feeds: { pixelsUnit },
      dims: { B: span.size },
      noise: { seed, first: span.first },
    });
    parts.push(reconstruction as Float32Array);
  }
  return toImages(model, joinArrays(parts));
}
