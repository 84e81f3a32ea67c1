import { expect, test } from "vitest";
import * as t from "../tensor/index.js";
import { openDevice } from "./device.js";
import { stream } from "./random.js";

/** Sizes [M, K, N] of products; ONNX Runtime sums K in parts whose length depends on each thread's share of N. */
const SIZES = [
  [16, 2000, 100],
  [8, 512, 96],
  [64, 500, 784],
  [128, 784, 100],
] as const;

/** The products of all sizes and a convolution with long filters, each computed twice. */
async function results(threads: number): Promise<Float32Array[]> {
  const device = await openDevice({ device: "cpu", host: "inline", threads });
  const numbers = (name: string, count: number) => {
    const values = new Float32Array(count);
    stream(5, name).normal(values);
    return values;
  };
  const found: Float32Array[] = [];
  const keep = async (x: t.Tensor, feeds: Record<string, Float32Array>) => {
    const program = await device.compile({ outputs: { x }, updates: {} });
    const [once, again] = [await program.run({ feeds }), await program.run({ feeds })];
    expect(again.x).toEqual(once.x);
    found.push(once.x as Float32Array);
  };
  for (const [m, k, n] of SIZES) {
    const product = t.matmul(t.input("a", [m, k]), t.input("b", [k, n]));
    await keep(product, { a: numbers("a", m * k), b: numbers("b", k * n) });
  }
  const convolved = t.convolve2d(t.input("x", [1, 128, 14, 11]), t.input("w", [8, 128, 8, 8]));
  await keep(convolved, { x: numbers("x", 128 * 154), w: numbers("w", 8 * 128 * 64) });
  await device.close();
  return found;
}

test.each([1, 2])("the same bits in every run with %d threads", async (threads) => {
  expect(await results(threads)).toEqual(await results(threads));
});

test("the same numbers up to rounding with another number of threads", async () => {
  const [one, two] = [await results(1), await results(2)];
  one.forEach((values, at) => {
    const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    values.forEach((value, index) => {
      expect(Math.abs(value - two[at][index]) / largest).toBeLessThan(1e-5);
    });
  });
});
