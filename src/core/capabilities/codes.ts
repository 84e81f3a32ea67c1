import { input } from "../../tensor/tensor.js";
import { alignedReader } from "../align-annotations.js";
import { type AnnotationName, type AnnotationValues, sliceAnnotations } from "../annotations.js";
import type { RenderOptions } from "../capability.js";
import type { Settings } from "../driven.js";
import { DataError } from "../errors.js";
import type { ImageSource, Images } from "../images.js";
import { type LoadedModel, requireCapability, type WorkOptions } from "../loaded-model.js";
import { batchInputs } from "../state.js";
import {
  annotationsRead,
  batchSizeFor,
  batchSizeOf,
  consecutive,
  driveInBatches,
  driveOverImages,
  joinBatches,
  overImages,
  requireCount,
  runInBatches,
  toImages,
  valuesOf,
  withBatchSize,
} from "./batches.js";
import { settingsFor } from "./settings.js";

/** One code per image, row-major. */
export interface Codes {
  readonly count: number;
  /** Length Z of a code. */
  readonly length: number;
  readonly values: Float32Array;
  /**
   * Annotations of the images that the codes stand for, which a conditional model decodes with, as the
   * model numbers them.
   */
  readonly annotations?: AnnotationValues;
}

interface CodeOptions extends WorkOptions, Partial<RenderOptions> {
  readonly seed?: number;
}

/**
 * Encodes each image.
 *
 * @throws UnavailableError when the model cannot encode
 * @throws DataError when an image lacks pixels
 */
export async function encode(
  model: LoadedModel,
  source: ImageSource,
  options: WorkOptions = {},
): Promise<Codes> {
  const values = await joinBatches(valuesOf(encodeBatches(model, source, options)));
  const { count } = source;
  const annotations = conditionReader(model, source)(consecutive(0, count));
  return { count, length: values.length / count, values, annotations };
}

/**
 * Reads the annotations of images by which the model decodes their codes, as the model numbers them.
 *
 * @throws DataError when the images carry a name that the model does not know
 */
export function conditionReader(
  { definition, data, model }: LoadedModel,
  { annotations = {} }: ImageSource,
): (indices: ArrayLike<number>) => AnnotationValues {
  const carried = (model.conditionedOn ?? []).filter((name) => annotations[name] !== undefined);
  return alignedReader(annotations, data.annotations, carried, definition.id);
}

/** {@link encode}, batch by batch in the source's order, so that memory stays bounded. */
export async function* encodeBatches(
  model: LoadedModel,
  source: ImageSource,
  options: WorkOptions = {},
): AsyncGenerator<Codes> {
  const encoder = requireCapability(model, "encode");
  const batches =
    typeof encoder === "function"
      ? overImages(model, source, options, "encode", encoder)
      : driveOverImages(model, source, options, encoder);
  for await (const { count, values } of batches) {
    yield { count, length: values.length / count, values };
  }
}

/**
 * Decodes each code into an image.
 *
 * @throws UnavailableError when the model cannot decode
 * @throws DataError when the codes are not of the model's length, or lack an annotation that a
 *   conditional model reads
 */
export async function decode(
  model: LoadedModel,
  codes: Codes,
  options: CodeOptions = {},
): Promise<Images> {
  const { draw = false } = options;
  const { count, length, values } = codes;
  const decoder = requireCapability(model, "decode");
  const { codeLength } = decoder;
  requireCount("the number of codes", count);
  if (length !== codeLength || values.length !== count * codeLength) {
    throw new DataError(
      `the codes have length ${length}, but the model's have length ${codeLength}`,
    );
  }
  if ("drive" in decoder) {
    const annotations = annotationsFor(model, model.model.conditionedOn ?? [], codes);
    const work = { ...withBatchSize(options, batchSizeFor(model)), count };
    const decoded = driveInBatches(model, work, (host, first, size) =>
      decoder.drive(host, {
        count: size,
        values: values.subarray(first * length, (first + size) * length),
        annotations: sliceAnnotations(model.data.annotations, annotations, first, size),
      }),
    );
    return toImages(model, await joinBatches(decoded));
  }
  const program = await model.program(`decode.${draw ? "draw" : "mean"}`, (scope) => ({
    pixelsUnit: decoder.trace(scope, input("codes", ["B", codeLength]), {
      draw,
      annotations: batchInputs(model.data).annotations,
    }),
  }));
  const annotations = annotationsFor(model, annotationsRead(program), codes);
  const run = {
    ...withBatchSize(options, batchSizeOf(program)),
    count,
    feeds: (first: number, size: number) => ({
      codes: values.slice(first * length, (first + size) * length),
      ...sliceAnnotations(model.data.annotations, annotations, first, size),
    }),
  };
  return toImages(model, await joinBatches(runInBatches(model, program, run)));
}

export interface ReconstructOptions extends CodeOptions {
  /** Settings of a reconstruction; those not named take their defaults. */
  readonly options?: Settings;
}

/**
 * Encodes and decodes images.
 *
 * @throws UnavailableError when the model cannot reconstruct
 * @throws ConfigError when a setting is unknown or out of range
 */
export async function reconstruct(
  model: LoadedModel,
  source: ImageSource,
  options: ReconstructOptions = {},
): Promise<Images> {
  const { draw = false, seed = 0 } = options;
  const rebuild = requireCapability(model, "reconstruct");
  const schema = typeof rebuild === "function" ? undefined : rebuild.options;
  const settings = settingsFor(model, "reconstruction", schema, options.options);
  const name = `reconstruct.${draw ? "draw" : "mean"}`;
  const batches =
    typeof rebuild === "function"
      ? overImages(model, source, options, name, (scope, pixelsUnit, annotations) =>
          rebuild(scope, pixelsUnit, { draw, annotations }),
        )
      : driveOverImages(model, source, options, {
          drive: (host, batch, first) =>
            rebuild.drive(host, batch, { first, seed, options: settings }),
        });
  return toImages(model, await joinBatches(valuesOf(batches)));
}

/** The annotations of codes that decoding reads. */
function annotationsFor(
  { definition }: LoadedModel,
  reads: readonly AnnotationName[],
  { annotations = {} }: Codes,
): AnnotationValues {
  const entries = reads.map((name) => {
    const values = annotations[name];
    if (values !== undefined) return [name, values] as const;
    throw new DataError(`this ${definition.id} decodes by ${name}, and the codes have none`);
  });
  return Object.fromEntries(entries);
}
