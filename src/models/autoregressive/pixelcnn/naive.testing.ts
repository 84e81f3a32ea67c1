import type { Host, SampleRequest } from "../../../core/driven.js";
import type { Executable } from "../../../runtime/program.js";
import { gather } from "../../../tensor/ops/indexing.js";
import { flatten } from "../../../tensor/ops/rearrange.js";
import { input } from "../../../tensor/tensor.js";
import { type Network, pixelParameters } from "./network.js";

/**
 * Draws images by a pass over the whole images for each pixel (and channel, where the network tells
 * channels apart): what the cached sampler must agree with, and is measured against.
 *
 * @returns  [size, C, H, W] in [0, 1]
 */
export async function drawNaively(
  host: Host,
  network: Network,
  { size, first, seed, temperature, labels }: SampleRequest,
): Promise<Float32Array> {
  const { head, image } = network;
  const { height, width, channels } = image;
  const run = await wholePass(host, network);
  const plane = height * width;
  const images = new Float32Array(size * channels * plane);
  for (let position = 0; position < plane; position++) {
    for (let group = 0; group < head.groups; group++) {
      const { pixel } = await run.run({
        state: host.state,
        dims: { B: size },
        feeds: {
          pixelsUnit: images,
          labels: labels ?? new Int32Array(size),
          position: Int32Array.of(position),
          temperature: Float32Array.of(temperature),
        },
        noise: { seed, step: position, first },
      });
      const drawn = head.groups === 1 ? range(channels) : [group];
      for (let item = 0; item < size; item++) {
        for (const channel of drawn) {
          const index = item * channels + channel;
          images[index * plane + position] = Number(pixel[index]);
        }
      }
    }
  }
  return images;
}

const range = (length: number) => Array.from({ length }, (_, index) => index);

/** A pass over whole images, and a draw of the pixel at one position. Compiled once a host. */
export function wholePass(host: Host, network: Network): Promise<Executable> {
  const { head, image } = network;
  const { height, width, channels } = image;
  return host.program("naive", (scope) => {
    const embedded = head.embed(input("pixelsUnit", ["B", channels, height, width]));
    const labels = input("labels", ["B"], "int32");
    const maps = pixelParameters(scope.child("network"), network, embedded, labels);
    const parameters = gather(flatten(maps, 2), input("position", [], "int32"), 2);
    const uniforms = scope.child("network").noise("pixel", ["B", head.uniforms], "uniform");
    return { pixel: head.draw(parameters, { uniforms, temperature: input("temperature", []) }) };
  });
}
