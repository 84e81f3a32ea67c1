import { DataError } from "../../errors.js";
import type { ImageSource, Images } from "../../images.js";
import type { LoadedModel, WorkOptions } from "../../loaded-model.js";
import { conditionReader, decode, encode, encodeBatches } from "../codes.js";

/** A direction in the space of codes: what images with an attribute have that others lack. */
export interface AttributeVector {
  /** [Z] */
  readonly values: Float32Array;
  /** Images whose mean codes it joins. */
  readonly images: { readonly with: number; readonly without: number };
}

/**
 * The mean code of images with an attribute, less that of images without: Larsen et al. 2016,
 * "Autoencoding beyond pixels", arXiv:1512.09300, section 4.1.
 *
 * @throws DataError when either set is empty
 * @throws UnavailableError when the model cannot encode
 */
export async function attributeVector(
  model: LoadedModel,
  having: ImageSource,
  lacking: ImageSource,
  options: WorkOptions = {},
): Promise<AttributeVector> {
  const present = await meanCode(model, having, options);
  const absent = await meanCode(model, lacking, options);
  return {
    values: Float32Array.from(present, (value, unit) => value - absent[unit]),
    images: { with: having.count, without: lacking.count },
  };
}

async function meanCode(
  model: LoadedModel,
  source: ImageSource,
  options: WorkOptions,
): Promise<Float64Array> {
  if (source.count === 0) throw new DataError("the mean of no codes is unknown: give images");
  let sums = new Float64Array();
  for await (const { length, values } of encodeBatches(model, source, options)) {
    if (sums.length === 0) sums = new Float64Array(length);
    for (let at = 0; at < values.length; at++) sums[at % length] += values[at];
  }
  return sums.map((sum) => sum / source.count);
}

/**
 * Adds an attribute to images, or takes it away: decodes code + strength · vector.
 *
 * @param strengths  1 adds the whole difference, 0 reconstructs, −1 takes it away
 * @returns          source.count · strengths.length images, one image's after the other's
 */
export async function addAttribute(
  model: LoadedModel,
  source: ImageSource,
  { values: vector }: AttributeVector,
  strengths: readonly number[],
  options: WorkOptions = {},
): Promise<Images> {
  const codes = await encode(model, source);
  const { length } = codes;
  const count = source.count * strengths.length;
  const values = new Float32Array(count * length);
  for (let at = 0; at < values.length; at++) {
    const [row, unit] = [Math.floor(at / length), at % length];
    const image = Math.floor(row / strengths.length);
    const strength = strengths[row % strengths.length];
    values[at] = codes.values[image * length + unit] + strength * vector[unit];
  }
  const images = Array.from({ length: count }, (_, row) => Math.floor(row / strengths.length));
  const annotations = conditionReader(model, source)(images);
  return decode(model, { count, length, values, annotations }, options);
}
