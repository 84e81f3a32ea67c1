import { expect } from "vitest";
import { grad } from "../../tensor/gradient.js";
import { add, mul } from "../../tensor/ops/elementwise.js";
import { sum } from "../../tensor/ops/reduction.js";
import { bindShape, elementCount, type Shape } from "../../tensor/shape.js";
import { input, type Tensor } from "../../tensor/tensor.js";
import { stream } from "../random.js";
import { interpret } from "./index.js";

/** Binds the symbol that the symbolic shapes of these tests use. */
const dims = { B: 2 };

/** The interval that an operand's elements are drawn from. */
export type Domain = readonly [low: number, high: number];

/** A differentiable function of several tensors. */
export interface DifferentiableFunction {
  readonly shapes: readonly Shape[];
  readonly domains: readonly Domain[];
  readonly apply: (operands: readonly Tensor[]) => Tensor;
}

const STEP = 1e-5;
const TOLERANCE = 2e-7;

type Values = Readonly<Record<string, Float64Array>>;

function draw(seed: number, name: string, shape: Shape, [low, high]: Domain): Float64Array {
  const values = new Float64Array(elementCount(bindShape(shape, dims)));
  stream(seed, name).uniform(values);
  return values.map((value) => low + (high - low) * value);
}

function gradientsOf(loss: Tensor, operands: readonly Tensor[]): Tensor[] {
  return Object.values(grad(loss, Object.fromEntries(operands.map((x, index) => [index, x]))));
}

/** Σ a·b over all elements of all tensors. */
function dot(left: readonly Tensor[], right: readonly Tensor[]): Tensor {
  return left.map((x, index) => sum(mul(x, right[index]))).reduce((total, x) => add(total, x));
}

/** A result that was built from inputs, and values for these inputs and any others. */
export interface Evaluation {
  readonly result: Tensor;
  readonly operands: readonly Tensor<"input">[];
  readonly feeds: Values;
}

/**
 * Checks directional derivatives in float64 along a random direction: the first against a central
 * difference of the value, the second against a central difference of the first.
 *
 * @returns the value and its two derivatives, so that tests can inspect their graphs
 */
export function checkGradients(
  { shapes, domains, apply }: DifferentiableFunction,
  seed: number,
): Tensor[] {
  const operands = shapes.map(
    (shape, index) => input(`x${index}`, shape, "float64") as Tensor<"input">,
  );
  const feeds = Object.fromEntries(
    shapes.map((shape, index) => [`x${index}`, draw(seed, `x${index}`, shape, domains[index])]),
  );
  return checkGradientsAt({ result: apply(operands), operands, feeds }, seed);
}

/** {@link checkGradients} of a graph that stands, such as a layer's. */
export function checkGradientsAt({ result, operands, feeds }: Evaluation, seed: number): Tensor[] {
  const names = operands.map(({ attributes }) => attributes.name);
  const along = (direction: string) =>
    operands.map(({ shape, dtype }, index) => input(`${direction}${index}`, shape, dtype));
  const value = sum(mul(result, input("weights", result.shape, result.dtype)));
  const gradients = gradientsOf(value, operands);
  const first = dot(gradients, along("u"));
  const seconds = gradientsOf(first, operands);
  const second = dot(seconds, along("v"));
  for (const derivative of [gradients, seconds]) {
    expect(derivative.map(({ shape, dtype }) => ({ shape, dtype }))).toEqual(
      operands.map(({ shape, dtype }) => ({ shape, dtype })),
    );
  }

  const directions: Values = Object.fromEntries([
    ["weights", draw(seed, "weights", result.shape, [-1, 1])],
    ...operands.flatMap(({ shape }, index) => [
      [`u${index}`, draw(seed, `u${index}`, shape, [-1, 1])],
      [`v${index}`, draw(seed, `v${index}`, shape, [-1, 1])],
    ]),
  ]);
  const evaluate = (tensors: readonly Tensor[], values: Values) =>
    interpret(tensors, { ...values, ...directions }, dims).map(({ data }) => data[0]);
  const moved = (direction: string, step: number): Values => ({
    ...feeds,
    ...Object.fromEntries(
      names.map((name, index) => {
        const towards = directions[`${direction}${index}`];
        return [name, feeds[name].map((x, element) => x + step * towards[element])];
      }),
    ),
  });
  const difference = (tensor: Tensor, direction: string) => {
    const [ahead] = evaluate([tensor], moved(direction, STEP));
    const [behind] = evaluate([tensor], moved(direction, -STEP));
    return (ahead - behind) / (2 * STEP);
  };

  const [firstHere, secondHere] = evaluate([first, second], feeds);
  expectClose(firstHere, difference(value, "u"));
  expectClose(secondHere, difference(first, "v"));
  return [value, first, second];
}

function expectClose(actual: number, expected: number): void {
  expect(actual).not.toBeNaN();
  const error = Math.abs(actual - expected) / Math.max(1, Math.abs(expected));
  expect(error, `${actual} should be ${expected}`).toBeLessThan(TOLERANCE);
}
