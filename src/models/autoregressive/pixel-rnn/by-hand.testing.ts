import type { Values } from "../dependency.testing.js";

/** A small PixelRNN of one channel and binary pixels, and its weights by full name. */
export interface ByHand {
  readonly height: number;
  readonly width: number;
  readonly hidden: number;
  readonly layers: number;
  readonly firstKernel: number;
  readonly values: Values;
}

export type Vector = number[];
export type VectorMap = Vector[][];

/** Computes a state at every position. */
export type LayerByHand = (
  network: ByHand,
  scope: string,
  x: VectorMap,
  pixels: VectorMap,
) => VectorMap;

const sigma = (x: number) => 1 / (1 + Math.exp(-x));
const plus = (a: Vector, b: Vector) => a.map((value, index) => value + b[index]);
const rectified = (x: Vector) => x.map((value) => Math.max(0, value));
export const zeros = (length: number): Vector => new Array(length).fill(0);

/** Builds a map from a value at every position of an image. */
export function mapOf({ height, width }: ByHand, at: (i: number, j: number) => Vector): VectorMap {
  return Array.from({ length: height }, (_, i) =>
    Array.from({ length: width }, (__, j) => at(i, j)),
  );
}

/** The vector at a position of a map; zeros outside. */
export function read(map: VectorMap, i: number, j: number): Vector {
  return map[i]?.[j] ?? zeros(map[0][0].length);
}

/** Σ of weight[·, ·, row, column] · x, for weights [outputs, inputs, rows, columns]. */
export function tap(
  { values }: ByHand,
  name: string,
  [inputs, rows, columns]: readonly [number, number, number],
  [row, column]: readonly [number, number],
  x: Vector,
): Vector {
  const weight = values.get(`parameters.network.${name}.weight`)!;
  const outputs = weight.length / (inputs * rows * columns);
  return Array.from({ length: outputs }, (_, output) =>
    x.reduce((sum, value, input) => {
      const index = ((output * inputs + input) * rows + row) * columns + column;
      return sum + weight[index] * value;
    }, 0),
  );
}

export function bias({ values }: ByHand, name: string): Vector {
  return Array.from(values.get(`parameters.network.${name}.bias`)!);
}

/** The sum of vectors. */
export const total = (...parts: Vector[]): Vector => parts.reduce(plus);

/** Equation 3 of the paper, with the gates in the order output, forget, input, content. */
export function lstmByHand(gates: Vector, previous: Vector): { h: Vector; c: Vector } {
  const n = previous.length;
  const c = previous.map(
    (value, k) =>
      sigma(gates[n + k]) * value + sigma(gates[2 * n + k]) * Math.tanh(gates[3 * n + k]),
  );
  return { c, h: c.map((value, k) => sigma(gates[k]) * Math.tanh(value)) };
}

/**
 * −log p of one image in float64, by loops over positions and neighbours.
 *
 * @param image  [H · W] 0 or 1
 */
export function nllByHand(network: ByHand, layer: LayerByHand, image: ArrayLike<number>): number {
  const { width, hidden, layers, firstKernel } = network;
  const pixels = mapOf(network, (i, j) => [2 * image[i * width + j] - 1]);
  const reach = (firstKernel - 1) / 2;
  const features = 2 * hidden;
  const [rows, columns] = ["rows", "columns"].map(
    (name) => network.values.get(`parameters.network.input.${name}`)!,
  );
  const placed = (vectors: ArrayLike<number>, index: number) =>
    Array.from({ length: features }, (_, k) => vectors[index * features + k]);
  let x = mapOf(network, (i, j) => {
    let sum = total(bias(network, "input"), placed(rows, i), placed(columns, j));
    for (let up = reach; up >= 0; up--) {
      for (let across = -reach; across <= reach; across++) {
        if (up === 0 && across >= 0) continue;
        const place = [reach - up, across + reach] as const;
        const seen = read(pixels, i - up, j + across);
        sum = plus(sum, tap(network, "input", [1, reach + 1, firstKernel], place, seen));
      }
    }
    return sum;
  });
  const point = (name: string, inputs: number, from: Vector) =>
    plus(tap(network, name, [inputs, 1, 1], [0, 0], from), bias(network, name));
  for (let index = 1; index <= layers; index++) {
    const below = x;
    const states = layer(network, `layer${index}`, below, pixels);
    x = mapOf(network, (i, j) =>
      plus(below[i][j], point(`layer${index}.upsample`, hidden, states[i][j])),
    );
  }
  let nats = 0;
  mapOf(network, (i, j) => {
    const between = rectified(point("output.hidden", features, rectified(x[i][j])));
    const [logit] = point("output.parameters", between.length, between);
    nats -= Math.log(image[i * width + j] === 1 ? sigma(logit) : 1 - sigma(logit));
    return [];
  });
  return nats;
}
