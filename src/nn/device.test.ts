import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Device, openDevice } from "../runtime/index.js";
import { interpret } from "../runtime/interpreter/index.js";
import { constant, grad, input, mul, reachable, sum, type Tensor } from "../tensor/index.js";
import { bernoulli } from "./distributions/bernoulli.js";
import { categorical } from "./distributions/categorical.js";
import { discretizedLogisticMixture } from "./distributions/discretized-logistic-mixture.js";
import { normalMixture } from "./distributions/normal-mixture.js";
import { expectClose, feeding, layersFixture } from "./fixture.testing.js";
import { gradientsOf, inputsOf, layerCases } from "./layers/layer-cases.testing.js";

let device: Device;
beforeAll(async () => {
  device = await openDevice({ device: "cpu", threads: 1, host: "inline" });
});
afterAll(() => device.close());

type Feeds = Record<string, Float32Array | BigInt64Array>;

async function runOnDevice(outputs: Record<string, Tensor>, feeds: Feeds, batch: number) {
  const executable = await device.compile({ outputs, updates: {} });
  const results = await executable.run({ feeds, dims: { B: batch } });
  await executable.release();
  return results as Record<string, Float32Array>;
}

describe(`layers on the CPU device, in float32, against PyTorch ${layersFixture.made.torch}`, () => {
  test.each(Object.entries(layerCases))("%s", async (name, layerCase) => {
    const { layer, evaluating, indices } = layerCase;
    const expected = layersFixture.layers[name];
    const { x, others, count } = inputsOf(expected, layerCase);
    const { scope, parameters, updates } = feeding(!evaluating);
    const y = layer(scope, x, others);
    const cotangent = input("cotangent", y.shape);
    const targets = indices ? parameters : { x, ...others, ...parameters };
    const gradients = gradientsOf(sum(mul(y, cotangent)), targets);
    const outputs: Record<string, Tensor> = { y, ...updates };
    for (const [path, gradient] of Object.entries(gradients)) outputs[`grad.${path}`] = gradient;
    const floats = { ...expected.variables, ...expected.others, cotangent: expected.cotangent };
    const feeds: Feeds = Object.fromEntries(
      Object.entries(floats).map(([path, { data }]) => [path, Float32Array.from(data)]),
    );
    feeds.x = indices
      ? BigInt64Array.from(expected.x.data, (value) => BigInt(value))
      : Float32Array.from(expected.x.data);
    const results = await runOnDevice(outputs, feeds, count);
    expectClose(results.y, expected.y.data, 1e-4, "y");
    for (const [path, { data }] of Object.entries(expected.gradients)) {
      expectClose(results[`grad.${path}`], data, 1e-4, `gradient of ${path}`);
    }
    for (const [path, { data }] of Object.entries(expected.updates)) {
      expectClose(results[`next.${path}`], data, 1e-4, path);
    }
  });
});

describe("distributions on the CPU device at ±200, against the float64 interpreter", () => {
  const logits = input("logits", ["B", 3]);
  const mean = input("mean", ["B", 3]);
  const logScale = input("logScale", ["B", 3]);
  const uniform = input("uniform", ["B"]);
  const pixels = input("pixels", ["B"]);
  const feeds = {
    logits: Float32Array.of(200, -200, 0, -20, 20, 5, 1, 2, 3, 0, 0, 0),
    mean: Float32Array.of(0, 200, -200, 0.5, -0.5, 0, 0.1, 0.2, 0.3, -1, 0, 1),
    logScale: Float32Array.of(-200, 0, 200, -2, -1, 0, -3, -4, -5, -7, -7, -7),
    uniform: Float32Array.of(0, 0.999, 0.3, 0.6),
    pixels: Float32Array.of(1, -1, 1 / 255, -5 / 255),
  };
  const classes = constant([1], [1], "int64");
  const mixture = discretizedLogisticMixture({ logits, mean, logScale });
  test.each<[string, Tensor, Record<string, Tensor>]>([
    ["bernoulli", sum(bernoulli(logits).logProb(constant(1)), 1), { logits }],
    ["categorical", categorical(logits).logProb(classes), { logits }],
    ["categorical entropy", categorical(logits).entropy(), { logits }],
    ["categorical sample", categorical(logits).sample(uniform), {}],
    ["normalMixture", normalMixture({ logits, mean, logVar: 0 }).logProb(pixels), { logits, mean }],
    ["logisticMixture", mixture.logProb(pixels), { logits, mean, logScale }],
    ["logisticMixture sample", mixture.sample(uniform, uniform), {}],
    ["logisticMixture mean", mixture.mean(), {}],
  ])("%s", async (_, result, parameters) => {
    const slopes = grad(sum(result.dtype === "float32" ? result : sum(logits)), parameters);
    const outputs = { result, ...slopes };
    const used = Object.fromEntries(
      Object.entries(feeds).filter(([name]) => namesOf(outputs).has(name)),
    );
    const actual = await runOnDevice(outputs, used, 4);
    for (const [name, { data }] of Object.entries(interpret(outputs, used, { B: 4 }))) {
      const found = Array.from(actual[name], Number);
      expect(found.every(Number.isFinite)).toBe(true);
      expectClose(found, [...data], 2e-5, name);
    }
  });
});

/** Names of the inputs that the outputs depend on. */
function namesOf(outputs: Record<string, Tensor>): Set<string> {
  return new Set(
    reachable(Object.values(outputs))
      .filter((node): node is Tensor<"input"> => node.op === "input")
      .map(({ attributes }) => attributes.name),
  );
}
