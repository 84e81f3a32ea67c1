import {
  type AnnotationTensors,
  annotationInputs,
  numberedClasses,
} from "../../core/annotations.js";
import type { ImageShape } from "../../core/batch.js";
import type { Host, SampleRequest } from "../../core/driven.js";
import type { Scope } from "../../nn/scope.js";
import type { Executable } from "../../runtime/program.js";
import { gather } from "../../tensor/ops/indexing.js";
import { flatten } from "../../tensor/ops/rearrange.js";
import { input, type Tensor } from "../../tensor/tensor.js";
import type { Head } from "./heads/index.js";

/** Maps embedded pixels [B, C, H, W] and annotations to the parameters of each pixel [B, outputs, H, W]. */
export type ParametersOf = (
  scope: Scope,
  embedded: Tensor,
  annotations: AnnotationTensors,
) => Tensor;

/** A network over whole images. */
export interface WholeNetwork {
  readonly head: Head;
  readonly image: ImageShape;
  readonly parametersOf: ParametersOf;
}

/**
 * A pass over whole images, and a draw of the pixel at one position. Compiled once per host.
 */
export function wholePass(
  host: Host,
  { head, image: { channels, height, width }, parametersOf }: WholeNetwork,
): Promise<Executable> {
  return host.program("naive", (scope) => {
    const embedded = head.embed(input("pixelsUnit", ["B", channels, height, width]));
    const network = scope.child("network");
    const maps = parametersOf(network, embedded, annotationInputs(numberedClasses(1), "B"));
    const parameters = gather(flatten(maps, 2), input("position", [], "int32"), 2);
    const uniforms = network.noise("pixel", ["B", head.uniforms], "uniform");
    return { pixel: head.draw(parameters, { uniforms, temperature: input("temperature", []) }) };
  });
}

/**
 * Draws images with a pass over whole images for each pixel, and for each channel if the network has
 * one run per channel. Cached samplers must agree with it bit for bit, and are timed against it.
 *
 * @returns  [size, C, H, W] in [0, 1]
 */
export async function drawByWholePasses(
  host: Host,
  network: WholeNetwork,
  { size, first, seed, temperature, annotations }: SampleRequest,
): Promise<Float32Array> {
  const { head, image } = network;
  const { channels, height, width } = image;
  const run = await wholePass(host, network);
  const plane = height * width;
  const images = new Float32Array(size * channels * plane);
  for (let pass = 0; pass < plane * head.groups; pass++) {
    const [position, group] = [Math.floor(pass / head.groups), pass % head.groups];
    const { pixel } = await run.run({
      state: host.state,
      dims: { B: size },
      feeds: {
        pixelsUnit: images,
        ...annotations,
        position: Int32Array.of(position),
        temperature: Float32Array.of(temperature),
      },
      noise: { seed, step: position, first },
    });
    pixel.forEach((value, index) => {
      const drawn = head.groups === 1 || index % channels === group;
      if (drawn) images[index * plane + position] = Number(value);
    });
  }
  return images;
}
