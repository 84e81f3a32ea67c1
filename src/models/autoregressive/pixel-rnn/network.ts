import { type AnnotationTensors, requireAnnotation } from "../../../core/annotations.js";
import type { ImageShape } from "../../../core/batch.js";
import { normalValues } from "../../../nn/index.js";
import type { Scope } from "../../../nn/scope.js";
import { add, relu } from "../../../tensor/ops/elementwise.js";
import { gather } from "../../../tensor/ops/indexing.js";
import { reshape, transpose } from "../../../tensor/ops/rearrange.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { type Location, locationOf } from "../location.js";
import type { Maps, Taps } from "../masks.js";
import type { RasterModel } from "../settings.js";
import type { PixelRnnConfig } from "./config.js";
import { fromMaps, layerOf, toMaps, windowsOf } from "./maps.js";

/** A PixelRNN's configuration, head and image shape, as its parts need them. */
export interface Network extends RasterModel, ImageShape {
  readonly config: PixelRnnConfig;
}

/**
 * A recurrent layer over whole images.
 *
 * @param x       [2h, H, W, B] maps that depend on neither the pixel itself nor later pixels
 * @param pixels  [C, H, W, B] embedded; the layer must use only earlier pixels
 * @returns       [h, H, W, B] with the same dependencies as x
 */
export type RecurrentLayer<N extends Network> = (
  scope: Scope,
  network: N,
  x: Tensor,
  pixels: Tensor,
) => Tensor;

/**
 * The head's parameters for each pixel given the pixels before it.
 *
 * @param embedded  [B, C, H, W] pixels embedded by the head
 * @param annotations  their class is read by a conditional model
 * @returns         [B, head.outputs, H, W]
 * @source van den Oord, Kalchbrenner & Kavukcuoglu 2016, arXiv:1601.06759, section 3.5 and table 1
 */
export function pixelParameters<N extends Network>(
  scope: Scope,
  network: N,
  recurrent: RecurrentLayer<N>,
  embedded: Tensor,
  annotations: AnnotationTensors,
): Tensor {
  const pixels = toMaps(embedded);
  const windows = windowsOf(pixels, inputTaps(network));
  let x = inputMaps(scope, network, windows, annotations, everywhere);
  for (const layer of layersOf(scope, network)) {
    x = withResidual(layer, network, x, recurrent(layer, network, x, pixels));
  }
  return fromMaps(outputMaps(scope, network, x));
}

/** The scopes of the recurrent layers. */
export function layersOf(scope: Scope, { config }: Network): Scope[] {
  return Array.from({ length: config.layers }, (_, layer) => scope.child(`layer${layer + 1}`));
}

/** The maps between the layers. */
export const mapsOf = ({ config, head }: Network): Maps => ({
  channels: 2 * config.hidden,
  groups: head.groups,
});

/** The maps of an LSTM's state, or of its four gates with `repeats = 4`. */
export const stateMaps = ({ config, head }: Network, repeats = 1): Maps => ({
  channels: repeats * config.hidden,
  groups: head.groups,
  repeats,
});

/** The first window: rows above, and the pixel's own row up to the pixel. */
export function inputTaps({ config: { firstKernel } }: Network): Taps {
  const reach = (firstKernel - 1) / 2;
  return { rows: reach + 1, columns: firstKernel, centre: reach };
}

const LABEL_STD = 0.05;

/** Sums row and column embeddings for each pixel, in a shape that broadcasts to maps. */
export type Located = (location: Location) => Tensor;

/** For all pixels: [2h, H, W, 1]. */
const everywhere: Located = ({ rows, columns }) => {
  const [height, channels] = rows.shape;
  return add(
    reshape(transpose(rows), [channels, height, 1, 1]),
    reshape(transpose(columns), [channels, 1, columns.shape[0], 1]),
  );
};

/**
 * The first layer, under mask A.
 *
 * @param windows  [C · taps, …, B] embedded pixels
 * @returns        [2h, …, B]
 */
export function inputMaps(
  scope: Scope,
  network: Network,
  windows: Tensor,
  annotations: AnnotationTensors,
  located: Located,
): Tensor {
  const { channels, head, classes, config } = network;
  const from = { channels, groups: head.groups };
  const to = mapsOf(network);
  const taps = inputTaps(network);
  const seen = layerOf(scope.child("input"), windows, { from, to, mask: "A", taps });
  const location = () => locationOf(scope.child("input"), network, to.channels);
  const x = config.location ? add(seen, located(location())) : seen;
  if (classes === 0) return x;
  const table = scope
    .child("labels")
    .parameter("weight", [classes, to.channels], normalValues(LABEL_STD));
  const labels = requireAnnotation(annotations, "class");
  const vectors = transpose(gather(table, labels));
  const positions = x.shape.slice(1, -1).map(() => 1);
  return add(x, reshape(vectors, [to.channels, ...positions, labels.shape[0]]));
}

/** Maps a layer's output [h, …] to the features of its input x [2h, …], and adds x. */
export function withResidual(layer: Scope, network: Network, x: Tensor, output: Tensor): Tensor {
  const [from, to] = [stateMaps(network), mapsOf(network)];
  return add(x, layerOf(layer.child("upsample"), output, { from, to, mask: "B" }));
}

/** The last two layers: [2h, …] → [head.outputs, …]. */
export function outputMaps(scope: Scope, network: Network, x: Tensor): Tensor {
  const { config, head } = network;
  const output = scope.child("output");
  const between = { channels: config.outputFeatures, groups: head.groups };
  const last = { channels: head.outputs, groups: head.groups };
  const hidden = layerOf(output.child("hidden"), relu(x), {
    from: mapsOf(network),
    to: between,
    mask: "B",
  });
  return layerOf(output.child("parameters"), relu(hidden), {
    from: between,
    to: last,
    mask: "B",
  });
}
