import { createRequire } from "node:module";
import { dirname } from "node:path";
import * as tf from "@tensorflow/tfjs";
import * as wasm from "@tensorflow/tfjs-backend-wasm";
import { beforeAll, describe, expect, test } from "vitest";
import { DataError, UnavailableError } from "../src/core/index.js";
import { type ImageSet, readImages, subset } from "../src/data/image-set.js";
import { loadDataset } from "../src/data/index.js";
import { convertLayers } from "../src/metrics/extractors/keras/convert.js";
import { Topology } from "../src/metrics/extractors/keras/topology.js";
import { readWeights } from "../src/metrics/extractors/keras/weights.js";
import { exportedLiteral } from "../src/metrics/extractors/nsfw/literal.js";
import { inception, loadCached, mobilenet } from "../src/metrics/extractors/nsfw/package.js";
import { openExtractor, overParts } from "../src/runs/open-extractor.js";
import { openDevice } from "../src/runtime/device.js";
import { stream } from "../src/runtime/random.js";
import { input } from "../src/tensor/index.js";

/* The oracle is TensorFlow.js, which the package's own networks are made for. */

beforeAll(async () => {
  const { resolve } = createRequire(import.meta.url);
  wasm.setWasmPaths(`${dirname(resolve("@tensorflow/tfjs-backend-wasm"))}/`);
  await tf.setBackend("wasm");
  await tf.ready();
});

/** What a layer of a model in the layers format gives, by TensorFlow.js. */
async function byTensorFlow(
  stored: unknown,
  { weightsManifest }: Topology,
  bytes: Uint8Array,
  last: string,
  pixelsUnit: Float32Array,
  [count, channels, height, width]: readonly number[],
): Promise<Float32Array> {
  const model = await tf.loadLayersModel(
    tf.io.fromMemory({
      modelTopology: (stored as { modelTopology: object }).modelTopology,
      weightSpecs: [...weightsManifest.weights],
      weightData: Uint8Array.from(bytes).buffer,
    }),
  );
  const output = model.getLayer(last).output as tf.SymbolicTensor;
  const images = tf.tensor(pixelsUnit, [count, channels, height, width]).transpose([0, 2, 3, 1]);
  const features = tf.model({ inputs: model.inputs, outputs: output }).predict(images);
  return (features as tf.Tensor).data() as Promise<Float32Array>;
}

/** Largest difference, over the largest number. */
function difference(found: ArrayLike<number>, expected: Float32Array): number {
  expect(found).toHaveLength(expected.length);
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  expect(largest).toBeGreaterThan(0.01);
  return (
    expected.reduce((most, value, at) => Math.max(most, Math.abs(value - found[at])), 0) / largest
  );
}

/** A network of every layer that is converted, with weights of a byte each, as TensorFlow.js saves it. */
async function everyLayer() {
  const { layers } = tf;
  const images = tf.input({ shape: [11, 14, 3] });
  const same = { padding: "same", useBias: false } as const;
  const at = (layer: tf.layers.Layer, x: tf.SymbolicTensor | tf.SymbolicTensor[]) =>
    layer.apply(x) as tf.SymbolicTensor;
  let x = at(
    layers.zeroPadding2d({
      padding: [
        [0, 1],
        [2, 0],
      ],
    }),
    images,
  );
  x = at(layers.conv2d({ filters: 6, kernelSize: [3, 2], strides: [2, 2], useBias: false }), x);
  x = at(layers.batchNormalization({ epsilon: 0.001 }), x);
  x = at(layers.reLU({ maxValue: 0.5 }), x);
  const deep = at(layers.depthwiseConv2d({ kernelSize: 3, strides: [2, 2], ...same }), x);
  const wide = at(
    layers.conv2d({ filters: 6, kernelSize: 2, strides: [2, 2], activation: "relu", ...same }),
    x,
  );
  x = at(layers.add(), [deep, at(layers.batchNormalization({ scale: false, axis: 3 }), wide)]);
  const pooled = at(
    layers.averagePooling2d({ poolSize: [3, 2], strides: [1, 1], padding: "same" }),
    x,
  );
  const most = at(layers.maxPooling2d({ poolSize: [2, 2], strides: [1, 1], padding: "same" }), x);
  x = at(layers.concatenate({ axis: 3 }), [
    pooled,
    at(layers.activation({ activation: "relu" }), most),
  ]);
  x = at(layers.averagePooling2d({ poolSize: [3, 4], strides: [3, 4] }), x);
  const model = tf.model({
    inputs: images,
    outputs: at(layers.flatten({ name: "end", dataFormat: "channelsLast" }), x),
  });
  let saved: tf.io.ModelArtifacts | undefined;
  await model.save({
    save: async (artifacts) => {
      saved = artifacts;
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: "JSON" } };
    },
  });
  const weights = (saved?.weightSpecs ?? []).map(({ name, shape }) => {
    const positive = name.endsWith("moving_variance");
    const quantization = { dtype: "uint8", min: positive ? 0.2 : -0.6, scale: 0.005 } as const;
    return { name, shape, dtype: "float32", quantization } as const;
  });
  const length = weights.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
  const uniform = new Float32Array(length);
  stream(1, "weights").uniform(uniform);
  const stored = {
    modelTopology: { model_config: saved?.modelTopology },
    weightsManifest: [{ paths: ["x"], weights }],
  };
  return { stored, bytes: Uint8Array.from(uniform, (u) => Math.floor(256 * u)) };
}

describe("a network of TensorFlow.js", () => {
  test("gives the same features when it is converted, layer by layer", async () => {
    const { stored, bytes } = await everyLayer();
    const topology = Topology.parse(stored);
    const shape = [4, 3, 11, 14];
    const pixelsUnit = new Float32Array(4 * 3 * 11 * 14);
    stream(2, "pixels").uniform(pixelsUnit);
    const weights = readWeights(topology.weightsManifest.weights, bytes);
    const images = input("images", ["B", ...shape.slice(1)]);
    const features = convertLayers(topology, weights, images, "end");
    const device = await openDevice({ host: "inline", threads: 1 });
    const program = await device.compile({ outputs: { features }, updates: {} });
    const found = await program.run({ feeds: { images: pixelsUnit }, dims: { B: 4 } });
    await device.close();
    const expected = await byTensorFlow(stored, topology, bytes, "end", pixelsUnit, shape);
    expect(expected).toHaveLength(4 * 12);
    expect(difference(found.features as Float32Array, expected)).toBeLessThan(1e-6);
  });

  test("that cannot be converted is refused", async () => {
    const { stored, bytes } = await everyLayer();
    const topology = Topology.parse(stored);
    const { weights } = topology.weightsManifest;
    expect(() => readWeights(weights, bytes.subarray(1))).toThrow(DataError);
    const images = input("images", ["B", 3, 11, 14]);
    const known = readWeights(weights, bytes);
    expect(() => convertLayers(topology, known, images, "nowhere")).toThrow(/no layer "nowhere"/);
    const { layers } = topology.modelTopology.model_config.config;
    const dense = { ...layers[1], name: "odd", class_name: "Dense" };
    const odd = structuredClone(topology);
    odd.modelTopology.model_config.config.layers.splice(1, 0, dense);
    expect(() => convertLayers(odd, known, images, "end")).toThrow(/"odd" cannot be converted/);
  });
});

describe("the literal that a script exports", () => {
  const script = (literal: string) =>
    `!function(e){a.exports=e()}({1:[function(a,b){b.exports=${literal}},{}]})`;

  test("is read without running it", () => {
    const value = { a: [-0.5, 1e-3, 2, null, true, false], "b c": 'x"},{y', d: { e: {} } };
    const text = '{a:[-.5,.001,2,null,!0,!1],"b c":"x\\"},{y",d:{e:{}}}';
    expect(exportedLiteral(script(text))).toEqual(value);
    expect(exportedLiteral(script('"aGVsbG8="'))).toBe("aGVsbG8=");
  });

  test.each(["f()", "{a:b()}", "{a:1", "[1 2]", "`x`"])("is refused where it is %s", (literal) => {
    expect(() => exportedLiteral(`b.exports=${literal}`)).toThrow(DataError);
  });

  test("has to be there", () => {
    expect(() => exportedLiteral("let x = 1")).toThrow(/exports nothing/);
  });
});

describe("features of the npm package nsfwjs", () => {
  const cases = [
    ["nsfw-mobilenet", mobilenet, 1280],
    ["nsfw-inception", inception, 2048],
  ] as const;

  test.each(cases)(
    "%s agree with TensorFlow.js on digits",
    async (name, network, length) => {
      const digits = subset(await loadDataset("digits", { split: "test" }), [0, 7, 9]);
      let taken: ImageSet | undefined;
      const values: number[] = [];
      const through = await openExtractor(name, digits, { host: "inline" });
      for await (const { batch } of overParts([digits], through, async (set) => {
        taken = set;
      })) {
        values.push(...Array.from(batch.values));
      }
      await through.close();
      const { height, width } = through.extractor.shape;
      expect(through.extractor).toMatchObject({ name, length, distance: `FD-${name}` });
      expect(through.extractor.sha256).toBe(network.weights.sha256);
      const { pixelsUnit } = await readImages(taken as ImageSet);
      const { topology, bytes, stored } = await loadCached(network, {});
      const shape = [3, 3, height, width];
      const expected = await byTensorFlow(stored, topology, bytes, "flatten_1", pixelsUnit, shape);
      expect(difference(values, expected)).toBeLessThan(1e-5);
    },
    120_000,
  );

  test("need the package, and say where it was looked for", async () => {
    const digits = await loadDataset("digits", { split: "test" });
    const env = { npm_config_registry: "http://127.0.0.1:9/", npm_config_fetch_retries: "0" };
    const load = { cacheDir: "/nonexistent/cache", env };
    const attempt = openExtractor("nsfw-mobilenet", digits, { host: "inline", load });
    await expect(attempt).rejects.toThrow(UnavailableError);
    await expect(attempt).rejects.toThrow(/127\.0\.0\.1:9\/nsfwjs/);
  });
});
