import { expect } from "vitest";
import { type DType, type HostArray, isFloating, toHostArray, toNumbers } from "../tensor/dtype.js";
import { grad } from "../tensor/gradient.js";
import { reachable } from "../tensor/graph.js";
import { mul } from "../tensor/ops/elementwise.js";
import { sum } from "../tensor/ops/reduction.js";
import { bindShape, elementCount, type Shape } from "../tensor/shape.js";
import { input, type Tensor } from "../tensor/tensor.js";
import { interpret } from "./interpreter/index.js";
import type { Device } from "./program.js";
import { stream } from "./random.js";

/** Maps a uniform number on [0, 1) to an element of a test's input. */
type Fill = (uniform: number) => number;

const fills = new Map<number, Fill>();

function filled(name: string, shape: Shape, dtype: DType, fill: Fill): Tensor {
  const node = input(name, shape, dtype);
  fills.set(node.id, fill);
  return node;
}

/** Uniform on [low, high). */
export const real = (
  name: string,
  shape: Shape,
  low = -2,
  high = 2,
  dtype: DType = "float32",
): Tensor => filled(name, shape, dtype, (u) => low + (high - low) * u);

/** Integers in [low, high). */
export const whole = (
  name: string,
  shape: Shape,
  low: number,
  high: number,
  dtype: DType = "int64",
): Tensor => filled(name, shape, dtype, (u) => Math.floor(low + (high - low) * u));

export const truth = (name: string, shape: Shape): Tensor =>
  filled(name, shape, "bool", (u) => (u < 0.5 ? 0 : 1));

const inputsOf = (tensors: readonly Tensor[]): Tensor<"input">[] =>
  reachable(tensors).filter((node): node is Tensor<"input"> => node.op === "input");

/** Deterministic elements for the inputs of a test. */
export function drawFeeds(
  tensors: readonly Tensor[],
  dims: Readonly<Record<string, number>>,
): Record<string, HostArray> {
  return Object.fromEntries(
    inputsOf(tensors).map((node) => {
      const draws = new Float64Array(elementCount(bindShape(node.shape, dims)));
      stream(7, node.attributes.name).uniform(draws);
      return [node.attributes.name, toHostArray(node.dtype, draws.map(fills.get(node.id)!))];
    }),
  );
}

/** The tensor, and the gradients of a weighted sum of its elements with respect to its float inputs. */
export function withGradients(tensor: Tensor): Record<string, Tensor> {
  const leaves = inputsOf([tensor]).filter(({ dtype }) => isFloating(dtype));
  if (!isFloating(tensor.dtype) || leaves.length === 0) return { value: tensor };
  const weights = real("weights", tensor.shape, 0.5, 1.5, tensor.dtype);
  const gradients = grad(
    sum(mul(tensor, weights)),
    Object.fromEntries(leaves.map((leaf) => [`d:${leaf.attributes.name}`, leaf])),
  );
  return { value: tensor, ...gradients };
}

/** Runs tensors on the device and expects the results of the float64 interpreter. */
export async function expectAgreement(
  device: Device,
  outputs: Readonly<Record<string, Tensor>>,
  dims: Readonly<Record<string, number>> = {},
  tolerance = 2e-5,
): Promise<void> {
  const feeds = drawFeeds(Object.values(outputs), dims);
  const numbers = Object.fromEntries(
    Object.entries(feeds).map(([name, feed]) => [name, toNumbers(feed)]),
  );
  const expected = interpret(outputs, numbers, dims);
  const executable = await device.compile({ outputs, updates: {} });
  const actual = await executable.run({ feeds, dims });
  await executable.release();
  for (const [name, { data }] of Object.entries(expected)) {
    expectClose(toNumbers(actual[name]), data, tolerance, name);
  }
}

/** Expects errors below `tolerance` times the largest magnitude; non-finite elements must be equal. */
export function expectClose(
  actual: Float64Array,
  expected: Float64Array,
  tolerance: number,
  what: string,
): void {
  expect(actual.length, `${what}: length`).toBe(expected.length);
  const scale = expected.reduce(
    (largest, value) => (Number.isFinite(value) ? Math.max(largest, Math.abs(value)) : largest),
    1,
  );
  expected.forEach((value, index) => {
    const same =
      Object.is(actual[index], value) || Math.abs(actual[index] - value) <= tolerance * scale;
    if (!same) expect.fail(`${what}[${index}] is ${actual[index]}, expected ${value}`);
  });
}
