/** jax-js on its WASM backend as a contestant: `jax-js.ts STEP THREADS FOLDER`. */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { defaultDevice, init, jit, lax, nn, numpy as np, valueAndGrad } from "@jax-js/jax";
import { nets } from "../peers/nets.js";
import type { Ops } from "../peers/ops.js";
import { type NamedArray, readStart } from "../peers/start-file.js";
import { serve } from "./serve.js";

type Arrays = Record<string, np.Array>;

/** Operators consume their operands, so each gets its own reference. */
const own = (x: np.Array | number) => (typeof x === "number" ? x : x.ref);

const ops: Ops<np.Array> = {
  add: (a, b) => a.ref.add(own(b)),
  sub: (a, b) => a.ref.sub(own(b)),
  mul: (a, b) => a.ref.mul(own(b)),
  exp: (x) => np.exp(x.ref),
  tanh: (x) => np.tanh(x.ref),
  sigmoid: (x) => nn.sigmoid(x.ref),
  softplus: (x) => nn.softplus(x.ref),
  relu: (x) => nn.relu(x.ref),
  leakyRelu: (x, slope) => nn.leakyRelu(x.ref, slope),
  gelu: (x) => x.ref.mul(0.5).mul(lax.erf(x.ref.mul(Math.SQRT1_2)).add(1)),
  rsqrt: (x) => np.reciprocal(np.sqrt(x.ref)),
  sum: (x, axes, keepdims = false) => np.sum(x.ref, axes && [...axes], { keepdims }),
  mean: (x, axes, keepdims = false) => np.mean(x.ref, axes && [...axes], { keepdims }),
  softmax: (x) => nn.softmax(x.ref, -1),
  logSoftmax: (x) => nn.logSoftmax(x.ref, -1),
  matmul: (a, b, transposeB) => np.matmul(a.ref, transposeB ? np.matrixTranspose(b.ref) : b.ref),
  shape: ({ shape }) => shape,
  reshape: (x, shape) => x.ref.reshape([...shape]),
  transpose: (x, permutation) => np.transpose(x.ref, [...permutation]),
  slice: (x, axis, start, end) =>
    x.ref.slice(
      ...x.shape.map((_, other) => (other === axis ? [start, end] : []) as [number, number]),
    ),
  concat: (xs, axis) =>
    np.concatenate(
      xs.map((x) => x.ref),
      axis,
    ),
  constant: (values, shape) => np.array(values, { shape: [...shape] }),
  embed: (weight, symbols) => np.take(weight.ref, whole(symbols), 0),
  oneHot: (symbols, depth) => nn.oneHot(whole(symbols), depth),
  conv: (x, filters, stride, pads) =>
    lax.convGeneralDilated(
      x.ref,
      filters.ref,
      [stride, stride],
      pads.map((pad) => [pad, pad] as [number, number]),
    ),
  convTranspose(x, filters, stride, pad, outputPadding) {
    const pads = [pad, pad].map((before) => [before, before - outputPadding] as [number, number]);
    const options = { transposeKernel: true };
    return lax.convTranspose(x.ref, filters.ref, [stride, stride], pads, options);
  },
};

/** Rounds to the nearest integer. */
const whole = (x: np.Array) => np.floor(x.ref.add(0.5)).astype(np.int32);

const { resolve } = createRequire(import.meta.url);
const manifest = new URL("../package.json", `file://${resolve("@jax-js/jax")}`);
const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { version: string };
const [id, threads, folder] = process.argv.slice(2);
// The library reads its number of threads here. Without navigator, as in Node 20, it would start four.
Object.defineProperty(globalThis, "navigator", {
  value: { hardwareConcurrency: Number(threads) },
  configurable: true,
});

await serve(async () => {
  const begin = performance.now();
  if (!(await init("wasm")).includes("wasm")) throw new Error("the WASM backend does not start");
  defaultDevice("wasm");
  const { trains, learningRate, parameters, pixelsUnit, noise } = readStart(folder);
  const load = ({ values, shape }: NamedArray) => np.array(values, { shape: [...shape] });
  const gather = (arrays: readonly NamedArray[]): Arrays =>
    Object.fromEntries(arrays.map((array) => [array.name, load(array)]));
  const isTrained = ({ name }: NamedArray) => trains.some((scope) => name.startsWith(`${scope}.`));
  const fixed = gather(parameters.filter((array) => !isTrained(array)));
  let moving = gather(parameters.filter(isTrained));
  const zeros = () =>
    Object.fromEntries(Object.entries(moving).map(([name, x]) => [name, np.zeros(x.shape)]));
  let [first, second] = [zeros(), zeros()];
  const x = load(pixelsUnit);
  const draws = noise.map(gather);

  const loss = (weights: Arrays, others: Arrays, images: np.Array, drawn: Arrays): np.Array =>
    nets[id]({
      ops,
      parameter: (name) => weights[name] ?? others[name],
      noise: (name) => drawn[name],
      x: images,
    });
  const train = jit(
    (
      weights: Arrays,
      m: Arrays,
      v: Arrays,
      rates: np.Array[],
      others: Arrays,
      images: np.Array,
      drawn: Arrays,
    ) => {
      const [value, gradient] = valueAndGrad(loss)(weights, others, images, drawn) as [
        np.Array,
        Arrays,
      ];
      const [stepSize, epsilon] = rates;
      const [nextWeights, nextM, nextV]: [Arrays, Arrays, Arrays] = [{}, {}, {}];
      for (const [name, g] of Object.entries(gradient)) {
        nextM[name] = m[name].ref.mul(0.9).add(g.ref.mul(0.1));
        nextV[name] = v[name].ref.mul(0.999).add(g.ref.mul(g.ref).mul(0.001));
        const root = np.sqrt(nextV[name].ref).add(epsilon.ref);
        nextWeights[name] = weights[name].ref.sub(nextM[name].ref.mul(stepSize.ref).div(root));
      }
      return [value, nextWeights, nextM, nextV] as [np.Array, Arrays, Arrays, Arrays];
    },
  );
  const forward = jit(loss);
  const kept = (arrays: Arrays): Arrays =>
    Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, array.ref]));
  let taken = 0;
  const drawnAt = (turn: number) => kept(draws[Math.min(turn, draws.length - 1)]);
  const step = async () => {
    const drawn = drawnAt(taken++);
    const root = Math.sqrt(1 - 0.999 ** taken);
    const rates = [(learningRate * root) / (1 - 0.9 ** taken), 1e-8 * root].map((rate) =>
      np.array(rate),
    );
    const results = train(moving, first, second, rates, kept(fixed), x.ref, drawn);
    const [value] = results;
    [, moving, first, second] = results;
    const [number] = await value.data();
    await Promise.all(Object.values(moving).map((array) => array.blockUntilReady()));
    return number;
  };
  return {
    about: {
      name: `jax-js ${version}`,
      detail: "WASM with SIMD",
      threads: Number(threads),
      parameters: parameters.reduce((sum, { values }) => sum + values.length, 0),
      readyMs: performance.now() - begin,
    },
    loss: step,
    step,
    forward: () => forward(kept(moving), kept(fixed), x.ref, drawnAt(taken)).data(),
  };
});
