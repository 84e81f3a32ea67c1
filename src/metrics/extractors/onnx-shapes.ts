import type { ImageShape } from "../../core/batch.js";
import { DataError } from "../../core/errors.js";
import type { OnnxValue } from "../../runtime/onnx/signature.js";
import type { ModelValue } from "../../runtime/program.js";
import { elementCount } from "../../tensor/shape.js";
import { channelsOf, type Preparation } from "./preparation.js";

/** The symbol of a number of images that a network leaves open. */
const ANY = "B";
/** Largest number of pixels of an image. */
const MOST_PIXELS = 4096 * 4096;

/** An input that takes images. */
export interface ImagesInput {
  readonly value: ModelValue;
  readonly shape: ImageShape;
  /** The symbol of the number of images; or their number, where it is fixed. */
  readonly batch: string | number;
}

/** An output that gives a row of features an image. */
export interface FeaturesOutput {
  readonly value: ModelValue;
  /** Features per image. */
  readonly length: number;
}

/**
 * The only input of a network, with sizes that it leaves open filled in.
 *
 * @param images  the shape of the images, for a network that takes any
 * @throws DataError when the network does not take images as they are prepared
 */
export function imagesInput(
  inputs: readonly OnnxValue[],
  preparation: Preparation,
  images: ImageShape,
): ImagesInput {
  const input = chosen("input", inputs, preparation.input);
  if (inputs.length > 1) {
    throw new DataError(
      `it has ${inputs.length} inputs (${namesOf(inputs)}), but may have only one`,
    );
  }
  const { layout, size } = preparation;
  const channels = channelsOf(preparation);
  requireForChannels(preparation, channels);
  const axes = input.shape ?? [null, null, null, null];
  if (axes.length !== 4) {
    throw new DataError(`${written("input", input)}, not images of four axes, ${layout}`);
  }
  const [height, width] = layout === "NCHW" ? axes.slice(2) : axes.slice(1, 3);
  const [rows, columns = rows] = size === undefined ? [] : [size].flat();
  const shape = {
    channels,
    height: rows ?? (typeof height === "number" ? height : images.height),
    width: columns ?? (typeof width === "number" ? width : images.width),
  };
  const plane = [shape.height, shape.width];
  const expected = layout === "NCHW" ? [channels, ...plane] : [...plane, channels];
  if (expected.some((dim, at) => typeof axes[at + 1] === "number" && axes[at + 1] !== dim)) {
    throw new DataError(
      `${written("input", input)}, not [batch, ${expected.join(", ")}] as its JSON file says`,
    );
  }
  if (shape.height * shape.width > MOST_PIXELS) {
    throw new DataError(`${written("input", input)}, which is too large`);
  }
  const batch = typeof axes[0] === "number" ? axes[0] : ANY;
  return {
    value: { name: input.name, shape: [batch, ...expected], dtype: "float32" },
    shape,
    batch,
  };
}

/**
 * The output that gives features.
 *
 * @throws DataError when it does not give a row of a known number of features an image
 */
export function featuresOutput(
  outputs: readonly OnnxValue[],
  { output: name, features }: Preparation,
  batch: string | number,
): FeaturesOutput {
  const output = chosen("output", outputs, name);
  if (name === undefined && outputs.length > 1) {
    throw new DataError(
      `it has several outputs (${namesOf(outputs)}); name one as "output" in its JSON file`,
    );
  }
  const [first, ...rest] = output.shape ?? [null, null];
  if (rest.length === 0 || (typeof first === "number" && first !== batch)) {
    const count = batch === ANY ? "any number of" : batch;
    throw new DataError(
      `${written("output", output)}, not a row of features for each of ${count} images`,
    );
  }
  const sizes = rest.length === 1 && typeof rest[0] !== "number" ? [features ?? null] : rest;
  if (!sizes.every((size) => typeof size === "number")) {
    throw new DataError(
      `${written("output", output)}, so the number of features is unknown; give it as "features" in its JSON file`,
    );
  }
  const length = elementCount(sizes);
  if (features !== undefined && length !== features) {
    throw new DataError(`${written("output", output)}, not ${features} features an image`);
  }
  return { value: { name: output.name, shape: [batch, ...sizes], dtype: "float32" }, length };
}

/** The input or output of a name, or the first. */
function chosen(kind: string, values: readonly OnnxValue[], name: string | undefined): OnnxValue {
  const found = name === undefined ? values[0] : values.find((value) => value.name === name);
  if (found === undefined) {
    throw new DataError(`it has no ${kind} "${name ?? ""}"; there are ${namesOf(values)}`);
  }
  if (found.type === "float") return found;
  throw new DataError(
    `${written(kind, found)} of type ${found.type}, not float; convert within the network`,
  );
}

function requireForChannels({ mean, sd }: Preparation, channels: number): void {
  const fits = [mean, sd].every((of) => typeof of === "number" || of.length === channels);
  if (fits) return;
  throw new DataError(
    `"mean" and "sd" in its JSON file are one number, or one for each of ${channels} channels`,
  );
}

const namesOf = (values: readonly OnnxValue[]) =>
  values.map(({ name }) => `"${name}"`).join(", ") || "none";

function written(kind: string, { name, shape }: OnnxValue): string {
  const axes = shape?.map((dim) => dim ?? "?").join(", ");
  return `its ${kind} "${name}" is ${axes === undefined ? "of unknown rank" : `[${axes}]`}`;
}
