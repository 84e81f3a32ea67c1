/** TensorFlow.js on its WASM backend as a contestant: `tfjs.ts STEP THREADS FOLDER`. */

import { createRequire } from "node:module";
import { dirname } from "node:path";
import * as tf from "@tensorflow/tfjs";
import * as wasm from "@tensorflow/tfjs-backend-wasm";
import { nets } from "../peers/nets.js";
import type { Ops } from "../peers/ops.js";
import { type NamedArray, readStart } from "../peers/start-file.js";
import { serve } from "./serve.js";

const NHWC = [0, 2, 3, 1];
const NCHW = [0, 3, 1, 2];

/** This backend convolves NHWC only, so each convolution changes the layout and back. */
const ops: Ops<tf.Tensor> = {
  add: tf.add,
  sub: tf.sub,
  mul: tf.mul,
  exp: tf.exp,
  tanh: tf.tanh,
  sigmoid: tf.sigmoid,
  softplus: tf.softplus,
  relu: tf.relu,
  leakyRelu: tf.leakyRelu,
  gelu: (x) => tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1)),
  rsqrt: tf.rsqrt,
  sum: (x, axes, keepDims) => tf.sum(x, axes && [...axes], keepDims),
  mean: (x, axes, keepDims) => tf.mean(x, axes && [...axes], keepDims),
  softmax: (x) => tf.softmax(x),
  logSoftmax: (x) => tf.logSoftmax(x),
  matmul: (a, b, transposeB) => tf.matMul(a, b, false, transposeB),
  shape: ({ shape }) => shape,
  reshape: (x, shape) => tf.reshape(x, [...shape]),
  transpose: (x, permutation) => tf.transpose(x, [...permutation]),
  slice(x, axis, start, end) {
    const begin = x.shape.map((_, other) => (other === axis ? start : 0));
    const size = x.shape.map((length, other) => (other === axis ? end - start : length));
    return tf.slice(x, begin, size);
  },
  concat: (xs, axis) => tf.concat([...xs], axis),
  constant: (values, shape) => tf.tensor(values, [...shape]),
  // The gradient of a gather would be a scatter, which this backend lacks.
  embed(weight, symbols) {
    const [batch, length] = symbols.shape;
    const rows = tf.reshape(ops.oneHot(symbols, weight.shape[0]), [batch * length, -1]);
    return tf.reshape(tf.matMul(rows, weight), [batch, length, weight.shape[1] ?? 0]);
  },
  oneHot: (symbols, depth) =>
    tf.cast(tf.oneHot(tf.cast(tf.round(symbols), "int32"), depth), "float32"),
  conv(x, filters, stride, [rows, columns]) {
    const y = tf.conv2d(
      tf.transpose(x, NHWC) as tf.Tensor4D,
      tf.transpose(filters, [2, 3, 1, 0]) as tf.Tensor4D,
      stride,
      [
        [0, 0],
        [rows, rows],
        [columns, columns],
        [0, 0],
      ],
      "NHWC",
      1,
      "floor",
    );
    return tf.transpose(y, NCHW);
  },
  convTranspose(x, filters, stride, pad, outputPadding) {
    const [batch, , height, width] = x.shape;
    const [, channels, kernel] = filters.shape;
    const grown = (length: number) => (length - 1) * stride - 2 * pad + kernel + outputPadding;
    const y = tf.conv2dTranspose(
      tf.transpose(x, NHWC) as tf.Tensor4D,
      tf.transpose(filters, [2, 3, 1, 0]) as tf.Tensor4D,
      [batch, grown(height), grown(width), channels],
      stride,
      pad,
      "floor",
    );
    return tf.transpose(y, NCHW);
  },
};

const [id, , folder] = process.argv.slice(2);

await serve(async () => {
  const begin = performance.now();
  const require = createRequire(import.meta.url);
  wasm.setWasmPaths(`${dirname(require.resolve("@tensorflow/tfjs-backend-wasm"))}/`);
  if (!(await tf.setBackend("wasm"))) throw new Error("the WASM backend does not start");
  await tf.ready();
  const { trains, learningRate, parameters, pixelsUnit, noise } = readStart(folder);
  const load = ({ values, shape }: NamedArray) => tf.tensor(values, [...shape]);
  const variables = new Map(
    parameters.map((array) => {
      const trainable = trains.some((scope) => array.name.startsWith(`${scope}.`));
      return [array.name, tf.variable(load(array), trainable)];
    }),
  );
  const trained = [...variables.values()].filter(({ trainable }) => trainable);
  const x = load(pixelsUnit);
  const draws = noise.map((arrays) => new Map(arrays.map((array) => [array.name, load(array)])));
  const optimizer = tf.train.adam(learningRate, 0.9, 0.999, 1e-8);
  let turn = 0;
  const loss = () => {
    const drawn = draws[Math.min(turn, draws.length - 1)];
    const parameter = (name: string) => variables.get(name) as tf.Tensor;
    const net = nets[id]<tf.Tensor>;
    return net({ ops, parameter, noise: (name) => drawn.get(name) as tf.Tensor, x }) as tf.Scalar;
  };
  const read = async (value: tf.Tensor) => {
    const [number] = await value.data();
    value.dispose();
    return number;
  };
  const step = async () => {
    const value = await read(optimizer.minimize(loss, true, trained) as tf.Scalar);
    turn++;
    return value;
  };
  return {
    about: {
      name: `TensorFlow.js ${tf.version.tfjs}`,
      detail: "WASM with SIMD; no threads on Node",
      threads: wasm.getThreadsCount(),
      parameters: parameters.reduce((sum, { values }) => sum + values.length, 0),
      readyMs: performance.now() - begin,
    },
    loss: step,
    step,
    forward: () => read(tf.tidy(loss)),
  };
});
