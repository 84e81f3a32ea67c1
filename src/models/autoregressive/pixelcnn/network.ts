import { type AnnotationTensors, requireAnnotation } from "../../../core/annotations.js";
import type { ImageShape } from "../../../core/batch.js";
import { normalValues, type Scope } from "../../../nn/index.js";
import { add, mul, relu, sigmoid, tanh } from "../../../tensor/ops/elementwise.js";
import { gather } from "../../../tensor/ops/indexing.js";
import { split } from "../../../tensor/ops/rearrange.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { locationOf } from "../location.js";
import type { Maps } from "../masks.js";
import type { RasterModel } from "../settings.js";
import type { PixelcnnConfig } from "./config.js";
import { type PixelWindows, type RowWindows, wholeImages } from "./windows.js";

/** A PixelCNN's configuration, head and image shape, as its parts need them. */
export interface Network extends RasterModel {
  readonly config: PixelcnnConfig;
  readonly image: ImageShape;
}

/**
 * The head's parameters for each pixel given the pixels before it.
 *
 * @param embedded  [B, C, H, W] pixels embedded by the head
 * @param annotations  their class is read by a conditional model
 * @returns         [B, head.outputs, H, W]
 */
export function pixelParameters(
  scope: Scope,
  network: Network,
  embedded: Tensor,
  annotations: AnnotationTensors,
): Tensor {
  const above = rowPart(scope, network, wholeImages, embedded, annotations);
  return pixelPart(scope, network, wholeImages, embedded, above, annotations);
}

/**
 * The inputs of the horizontal stack's layers from the rows above: one tensor per layer, none without a
 * vertical stack.
 *
 * @source van den Oord et al. 2016, arXiv:1606.05328, section 2.2 and figure 2
 */
export function rowPart(
  scope: Scope,
  network: Network,
  windows: RowWindows,
  embedded: Tensor,
  annotations: AnnotationTensors,
): Tensor[] {
  const { config } = network;
  if (!config.gated) return [];
  const gates = mapsOf(network, 2);
  let v = embedded;
  return layersOf(network).map((layer) => {
    const { from, kernel, mask } = layer;
    const vertical = scope.child("vertical").child(layer.name);
    const seen = windows.above(vertical, v, { from, to: gates, kernel, mask });
    const before = labelled(vertical, network, windows, seen, gates, annotations);
    v = gate(before);
    // The vertical stack has not seen the pixel's own row, so all groups may read all of it.
    const all = { channels: gates.channels, groups: 1 };
    const bridge = scope.child("bridge").child(layer.name);
    return windows.pointwise(bridge, before, { from: all, to: all });
  });
}

/**
 * Maps pixels in raster order and the results of {@link rowPart} to the parameters of the head.
 */
export function pixelPart(
  scope: Scope,
  network: Network,
  windows: PixelWindows,
  embedded: Tensor,
  above: readonly Tensor[],
  annotations: AnnotationTensors,
): Tensor {
  const { config, head } = network;
  const maps = mapsOf(network);
  let h = embedded;
  layersOf(network).forEach((layer, index) => {
    const { from, kernel, mask } = layer;
    const place = scope.child(config.gated ? "horizontal" : "masked").child(layer.name);
    let change: Tensor;
    if (config.gated) {
      const to = mapsOf(network, 2);
      const seen = add(windows.left(place, h, { from, to, kernel, mask }), above[index]);
      const placed = index === 0 ? located(place, network, windows, seen, to) : seen;
      const before = labelled(place, network, windows, placed, to, annotations);
      change = windows.pointwise(place.child("out"), gate(before), { from: maps, to: maps });
    } else {
      const x = index === 0 ? h : relu(h);
      const seen = windows.causal(place, x, { from, to: maps, kernel, mask });
      const placed = index === 0 ? located(place, network, windows, seen, maps) : seen;
      change = labelled(place, network, windows, placed, maps, annotations);
    }
    h = index > 0 && config.residual ? add(h, change) : change;
  });
  const between = { channels: config.outputFeatures, groups: head.groups };
  const outputs = { channels: head.outputs, groups: head.groups };
  const output = scope.child("output");
  const hidden = windows.pointwise(output.child("hidden"), relu(h), { from: maps, to: between });
  return windows.pointwise(output.child("parameters"), relu(hidden), {
    from: between,
    to: outputs,
  });
}

interface Layer {
  readonly name: string;
  readonly from: Maps;
  readonly kernel: number;
  readonly mask: "A" | "B";
}

/** The first layer reads pixels under mask A; all others read feature maps under mask B. */
function layersOf(network: Network): Layer[] {
  const { config, image, head } = network;
  const pixels = { channels: image.channels, groups: head.groups };
  return Array.from({ length: config.layers + 1 }, (_, index) =>
    index === 0
      ? { name: "layer0", from: pixels, kernel: config.firstKernel, mask: "A" }
      : { name: `layer${index}`, from: mapsOf(network), kernel: config.kernel, mask: "B" },
  );
}

function mapsOf({ config, head }: Network, repeats = 1): Maps {
  return { channels: repeats * config.features, groups: head.groups, repeats };
}

/** tanh(a) · σ(b) for maps [B, 2F, …]. @source arXiv:1606.05328, equation 2 */
function gate(maps: Tensor): Tensor {
  const features = (maps.shape[1] as number) / 2;
  const [values, gates] = split(maps, [features, features], 1);
  return mul(tanh(values), sigmoid(gates));
}

const LABEL_STD = 0.05;

/** Adds the embeddings of a pixel's row and column. */
function located(
  scope: Scope,
  { config, image }: Network,
  windows: Pick<PixelWindows, "located">,
  maps: Tensor,
  { channels }: Maps,
): Tensor {
  if (!config.location) return maps;
  return add(maps, windows.located(locationOf(scope, image, channels)));
}

/** Adds an embedding of the image's class. @source arXiv:1606.05328, equation 4 */
function labelled(
  scope: Scope,
  { classes }: Network,
  windows: Pick<PixelWindows, "everywhere">,
  maps: Tensor,
  { channels }: Maps,
  annotations: AnnotationTensors,
): Tensor {
  if (classes === 0) return maps;
  const table = scope.parameter("labels", [classes, channels], normalValues(LABEL_STD));
  return add(maps, windows.everywhere(gather(table, requireAnnotation(annotations, "class"))));
}
