import type { ImageShape } from "../../core/batch.js";
import { DataError } from "../../core/errors.js";
import { sha256 } from "../../core/sha256.js";
import { readSignature } from "../../runtime/onnx/signature.js";
import type { Device } from "../../runtime/program.js";
import { FigmentError } from "../../tensor/errors.js";
import type { Extractor } from "./extractor.js";
import { networkExtractor } from "./network-features.js";
import { featuresOutput, imagesInput } from "./onnx-shapes.js";
import type { Preparation } from "./preparation.js";

/** A network in an ONNX file, and how its images are prepared. */
export interface OnnxNetwork {
  /** As the user named the file. */
  readonly name: string;
  readonly model: Uint8Array<ArrayBuffer>;
  readonly preparation: Preparation;
}

/**
 * The features that an ONNX file computes. It is tried on black images first, so that a file which does
 * not do what it says is found before any work begins.
 *
 * @param images  the shape of the images, for a network that takes any size
 * @returns       an extractor to release after use
 * @throws DataError when the file is no ONNX model, does not take such images, or does not give a row of
 *                   finite numbers an image
 */
export async function onnxExtractor(
  device: Device,
  network: OnnxNetwork,
  images: ImageShape,
): Promise<Extractor & { release(): Promise<void> }> {
  try {
    return await opened(device, network, images);
  } catch (error) {
    if (!(error instanceof FigmentError) || (error instanceof DataError && error.file)) throw error;
    throw new DataError(error.message, network.name);
  }
}

async function opened(
  device: Device,
  { name, model, preparation }: OnnxNetwork,
  images: ImageShape,
): Promise<Extractor & { release(): Promise<void> }> {
  const signature = readSignature(model);
  const input = imagesInput(signature.inputs, preparation, images);
  const output = featuresOutput(signature.outputs, preparation, input.batch);
  const { operators } = signature;
  const values = { inputs: [input.value], outputs: [output.value] };
  const executable = await device.load({ model, operators, ...values });
  const extractor = networkExtractor({
    name,
    sha256: await sha256(model),
    description: `"${output.value.name}" of an ONNX file, after a ${preparation.filter} filter${preparation.rounded ? " and rounding" : ""}`,
    shape: input.shape,
    length: output.length,
    resizing: { filter: preparation.filter, rounded: preparation.rounded },
    ...(preparation.distance !== undefined && { distance: preparation.distance }),
    executable,
    input: input.value.name,
    batch: input.batch,
    pixels: preparation,
  });
  try {
    await extractor.features({ count: 2, read: (_, out) => void out.fill(0) }).next();
  } catch (error) {
    await executable.release();
    throw error;
  }
  return { ...extractor, release: () => executable.release() };
}
