import { DataError } from "../../../core/errors.js";
import {
  add,
  averagePool2d,
  clip,
  concat,
  convolve2d,
  div,
  flatten,
  maxPool2d,
  mul,
  type Padding,
  pad,
  relu,
  reshape,
  sqrt,
  sub,
  type Tensor,
  transpose,
} from "../../../tensor/index.js";
import { Layer, type Topology } from "./topology.js";
import type { Weights } from "./weights.js";

/**
 * Converts the layers that a layer's result depends on into a graph.
 *
 * TensorFlow.js keeps channels last; here they come second, so that filters are transposed once and
 * images never. Only `Flatten` could tell the difference, where an image has more than one pixel.
 *
 * @param images  [B, C, H, W] what the model's input layer takes
 * @param last    name of the layer
 * @throws DataError when a layer is missing or cannot be converted
 */
export function convertLayers(
  { modelTopology }: Topology,
  weights: Weights,
  images: Tensor,
  last: string,
): Tensor {
  const { layers } = modelTopology.model_config.config;
  const results = new Map<string, Tensor>();
  for (const raw of layers) {
    const parsed = Layer.safeParse(raw);
    if (!parsed.success) throw new DataError(`the layer "${raw.name}" cannot be converted`);
    const taken = parsed.data.inbound_nodes.map((name) => {
      const result = results.get(name);
      if (result === undefined) throw new DataError(`there is no layer "${name}"`);
      return result;
    });
    const result = convert(parsed.data, taken, weights, images);
    if (raw.name === last) return result;
    results.set(raw.name, result);
  }
  throw new DataError(`there is no layer "${last}"`);
}

function convert(layer: Layer, taken: readonly Tensor[], weights: Weights, images: Tensor): Tensor {
  const [x] = taken;
  const weight = (name: string) => weights(`${layer.name}/${name}`);
  switch (layer.class_name) {
    case "InputLayer":
      return images;
    case "Conv2D":
      // [kH, kW, C, O]
      return convolution(layer.config, x, transpose(weight("kernel"), [3, 2, 0, 1]), 1);
    case "DepthwiseConv2D": {
      // [kH, kW, C, 1]
      const filters = transpose(weight("depthwise_kernel"), [2, 3, 0, 1]);
      return convolution(layer.config, x, filters, x.shape[1] as number);
    }
    case "BatchNormalization": {
      const { epsilon, scale } = layer.config;
      const deviation = sqrt(add(weight("moving_variance"), epsilon));
      const slope = scale ? div(weight("gamma"), deviation) : div(1, deviation);
      const shift = sub(weight("beta"), mul(weight("moving_mean"), slope));
      return add(mul(x, perChannel(slope)), perChannel(shift));
    }
    case "ZeroPadding2D":
      return pad(x, [[0, 0], [0, 0], ...layer.config.padding]);
    case "Activation":
      return activated(layer.config, x);
    case "ReLU": {
      const { max_value: most } = layer.config;
      return most === null ? relu(x) : clip(x, 0, most);
    }
    case "MaxPooling2D":
      return maxPool2d(x, windowOf(layer.config, x));
    case "AveragePooling2D":
      return averagePool2d(x, windowOf(layer.config, x));
    case "Concatenate":
      return concat(taken, 1);
    case "Add":
      return taken.reduce((sum, one) => add(sum, one));
    case "Flatten":
      if (x.shape.slice(2).some((side) => side !== 1)) {
        throw new DataError(`the layer "${layer.name}" flattens more than one pixel`);
      }
      return flatten(x);
  }
}

/** [C] → [C, 1, 1] */
const perChannel = (values: Tensor) => reshape(values, [...values.shape, 1, 1]);

interface Activated {
  readonly activation: "linear" | "relu";
}

const activated = ({ activation }: Activated, x: Tensor) => (activation === "relu" ? relu(x) : x);

interface Window {
  readonly strides: readonly [number, number];
  readonly padding: "valid" | "same";
}

function convolution(
  config: Window & Activated,
  x: Tensor,
  filters: Tensor,
  groups: number,
): Tensor {
  const kernel = filters.shape.slice(2) as number[];
  const options = { stride: config.strides, padding: paddingOf(config, x, kernel), groups };
  return activated(config, convolve2d(x, filters, options));
}

const windowOf = (
  config: Window & { readonly pool_size: readonly [number, number] },
  x: Tensor,
) => ({
  kernel: config.pool_size,
  stride: config.strides,
  padding: paddingOf(config, x, config.pool_size),
});

/** TensorFlow's "same": as many windows as strides fit, and an odd pixel of padding at the end. */
function paddingOf({ strides, padding }: Window, x: Tensor, kernel: readonly number[]): Padding {
  if (padding === "valid") return 0;
  const [rows, columns] = [0, 1].map((axis) => {
    const size = x.shape[axis + 2] as number;
    const windows = Math.ceil(size / strides[axis]);
    const total = Math.max(0, (windows - 1) * strides[axis] + kernel[axis] - size);
    const before = Math.floor(total / 2);
    return [before, total - before] as const;
  });
  return [rows[0], columns[0], rows[1], columns[1]];
}
