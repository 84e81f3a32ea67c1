import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { zeros } from "../../nn/initialisers.js";
import type { Scope } from "../../nn/scope.js";
import { openDevice } from "../../runtime/device.js";
import type { Device } from "../../runtime/program.js";
import { add, cast, div, mul } from "../../tensor/ops/elementwise.js";
import { flatten } from "../../tensor/ops/rearrange.js";
import { sum } from "../../tensor/ops/reduction.js";
import type { Dim } from "../../tensor/shape.js";
import { range, type Tensor } from "../../tensor/tensor.js";
import { type Annotations, numberedClasses, requireAnnotation } from "../annotations.js";
import type { Batch, DataTraits } from "../batch.js";
import type { Capabilities } from "../capability.js";
import { type ImageSource, inMemory } from "../images.js";
import { type LoadedModel, loadModel } from "../loaded-model.js";
import { defineModel } from "../model.js";
import { encode } from "./codes.js";
import { sample } from "./sample.js";
import { score } from "./score.js";

const data: DataTraits = {
  channels: 1,
  height: 1,
  width: 1,
  binary: false,
  levels: null,
  annotations: numberedClasses(3),
};

/** Bytes of the largest value of an image in a {@link wide} program. */
const WIDE = 8e6;

/** [B] of images of one pixel, by way of values of 8 MB each, with noise. */
function wide(scope: Scope, pixelsUnit: Tensor): Tensor {
  const [count] = pixelsUnit.shape;
  const noise = scope.noise("noise", [count, 1], "uniform");
  const steps = mul(range(WIDE / 4), 1e-6);
  return sum(mul(add(flatten(pixelsUnit), noise), steps), 1);
}

let device: Device;
beforeAll(async () => {
  device = await openDevice({ host: "inline", device: "cpu" });
});
afterAll(() => device.close());

function toy(capabilities: Capabilities, traits = data): Promise<LoadedModel> {
  const definition = defineModel({
    id: "toy",
    family: "tabular",
    title: "Toy",
    density: "exact",
    source: { title: "", authors: "", year: 2000, reference: "" },
    config: z.strictObject({}),
    training: { by: "gradients", optimizer: "sgd", learningRate: 1, batchSize: 1 },
    build: () => ({
      conditionedOn: ["class"],
      capabilities,
      steps: [
        {
          name: "step",
          trains: ["toy"],
          objective: (scope, { pixelsUnit }) => {
            const bias = scope.child("toy").parameter("bias", [1], zeros);
            return { loss: sum(add(flatten(pixelsUnit), bias), 1), metrics: {} };
          },
        },
      ],
    }),
  });
  return loadModel(
    definition,
    {},
    traits,
    device,
    new Map([["parameters.toy.bias", new Float32Array(1)]]),
  );
}

const scoreBy = (trace: (scope: Scope, batch: Batch) => Tensor): Capabilities => ({
  score: { maxSamples: 1, kind: () => "exact", estimator: () => "toy", trace },
});

/** Images of one pixel each. */
const sourceOf = (pixels: ArrayLike<number>, classes?: Annotations["class"]): ImageSource => ({
  count: pixels.length,
  ...(classes && { annotations: { class: classes } }),
  read(indices, out) {
    for (let at = 0; at < indices.length; at++) out[at] = pixels[indices[at]];
  },
});
const images = sourceOf(Array.from({ length: 100 }, (_, at) => at / 100));

/** How many images each batch had. */
async function sizesOf<R>(work: (options: { onProgress(done: number): void }) => Promise<R>) {
  const sizes: number[] = [];
  let before = 0;
  const result = await work({
    onProgress(done) {
      sizes.push(done - before);
      before = done;
    },
  });
  return { sizes, result };
}

describe("batches are as large as memory allows", () => {
  /** A result and one wide value that it is summed from, a few bytes aside. */
  const FIT = Math.floor(256e6 / WIDE) - 1;

  test("scores come in smaller ones where an image takes much, and stay what they are", async () => {
    const model = await toy(scoreBy((scope, { pixelsUnit }) => wide(scope, pixelsUnit)));
    const { sizes, result } = await sizesOf((work) => score(model, images, work));
    expect(sizes).toEqual([FIT, FIT, FIT, 100 - 3 * FIT]);
    const other = await score(model, images, { batchSize: 7 });
    other.perImage.forEach((nats, image) => {
      expect(Math.abs(nats / result.perImage[image] - 1)).toBeLessThan(1e-5);
    });
    await model.release();
  });

  test("where it takes little, 500 images at most", async () => {
    const model = await toy(scoreBy((_, { pixelsUnit }) => sum(flatten(pixelsUnit), 1)));
    const many = sourceOf(new Float32Array(1200));
    const { sizes } = await sizesOf((work) => score(model, many, work));
    expect(sizes).toEqual([500, 500, 200]);
    await model.release();
  });

  test("codes and samples likewise", async () => {
    const model = await toy({
      encode: (scope, pixelsUnit) => wide(scope, pixelsUnit),
      sample: (scope, count, { annotations }) => {
        const start = mul(cast(requireAnnotation(annotations, "class"), "float32"), 0.1);
        return add(wide(scope, start), scope.noise("other", [count], "uniform"));
      },
    });
    expect((await sizesOf((work) => encode(model, images, work))).sizes[0]).toBe(FIT);
    const drawn = await sizesOf((work) => sample(model, { ...work, count: 40 }));
    expect(drawn.sizes).toEqual([FIT, 40 - FIT]);
    await model.release();
  });
});

test("a batch size or seed that makes no sense is refused, and one that is not given is ours", async () => {
  const pixels = (scope: Scope, count: Dim) => scope.noise("pixels", [count, 1, 1, 1], "uniform");
  const model = await toy({
    ...scoreBy((_, { pixelsUnit }) => sum(flatten(pixelsUnit), 1)),
    encode: (_, pixelsUnit) => flatten(pixelsUnit),
    sample: pixels,
  });
  for (const batchSize of [0, -1, 2.5, Number.NaN]) {
    const refused = { name: "ConfigError", message: expect.stringContaining("the batch size") };
    await expect(sample(model, { count: 3, batchSize })).rejects.toMatchObject(refused);
    await expect(score(model, images, { batchSize })).rejects.toMatchObject(refused);
    await expect(encode(model, images, { batchSize })).rejects.toMatchObject(refused);
  }
  for (const seed of [-1, 0.5, Number.NaN, 2 ** 53]) {
    const refused = { name: "ConfigError", message: expect.stringContaining("the seed") };
    await expect(sample(model, { count: 3, seed })).rejects.toMatchObject(refused);
    await expect(score(model, images, { seed })).rejects.toMatchObject(refused);
  }
  // As a caller without exactOptionalPropertyTypes passes an option on.
  const absent = { batchSize: undefined } as unknown as { batchSize: number };
  expect((await sample(model, { count: 3, ...absent })).count).toBe(3);
  expect((await score(model, images, absent)).perImage.length).toBe(100);
  expect((await encode(model, images, absent)).count).toBe(100);
  await model.release();
});

test("grey images have no score by a model of 0 and 1, unless it rules them out", async () => {
  const binary = { ...data, binary: true, levels: 2 };
  const pixels = (_: Scope, { pixelsUnit }: Batch) => sum(flatten(pixelsUnit), 1);
  const model = await toy(scoreBy(pixels), binary);
  expect((await score(model, sourceOf([0, 1, 1]))).value).toBeCloseTo(2 / 3, 6);
  await expect(score(model, sourceOf([0, 1, 0.25]), { batchSize: 2 })).rejects.toThrow(
    /image 2 has a grey pixel \(0.25\).*only pixels of 0 and 1/,
  );
  await model.release();
  const strict = await toy(
    scoreBy((scope, batch) => div(pixels(scope, batch), 0)),
    binary,
  );
  expect((await score(strict, sourceOf([0.25]))).value).toBe(Number.POSITIVE_INFINITY);
  await strict.release();
});

test("images of another shape are refused, even with as many pixels", async () => {
  const wide = { ...data, height: 2, width: 3 };
  const model = await toy({ encode: (_, pixelsUnit) => flatten(pixelsUnit) }, wide);
  const turned = { ...inMemory(new Float32Array(12), 2), channels: 1, height: 3, width: 2 };
  await expect(encode(model, turned)).rejects.toThrow(/takes images of 1×2×3 .*, not 1×3×2/);
  expect((await encode(model, { ...turned, height: 2, width: 3 })).count).toBe(2);
  await model.release();
});

describe("classes are asked for where they are read", () => {
  const unlabelled = images;
  const names = ["2", "0", "1", "3"];
  const labelled = sourceOf([0, 0], { names, values: Int32Array.of(1, 0) });
  const unknown = sourceOf([0, 0], { names, values: Int32Array.of(1, 3) });
  const pixels = (_: Scope, { pixelsUnit }: Batch) => sum(flatten(pixelsUnit), 1);

  test("a score of a conditional model that sums over the classes takes images without", async () => {
    const model = await toy(scoreBy(pixels));
    expect((await score(model, unlabelled)).perImage[99]).toBeCloseTo(0.99, 6);
    expect((await score(model, unknown)).value).toBe(0);
    await model.release();
  });

  test("a score given the class needs it, and one that the model knows", async () => {
    const model = await toy(
      scoreBy((scope, batch) =>
        add(pixels(scope, batch), cast(requireAnnotation(batch.annotations, "class"), "float32")),
      ),
    );
    expect(Array.from((await score(model, labelled)).perImage)).toEqual([0, 2]);
    await expect(score(model, unlabelled)).rejects.toThrow(
      "reads the class of each image, but the images have none",
    );
    await expect(score(model, unknown)).rejects.toThrow('does not know the class "3"');
    await model.release();
  });

  test("codes of images alone take any", async () => {
    const model = await toy({ encode: (_, pixelsUnit) => flatten(pixelsUnit) });
    expect((await encode(model, unlabelled)).values[50]).toBeCloseTo(0.5, 6);
    await model.release();
  });
});
