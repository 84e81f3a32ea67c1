import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { zeros } from "../../../nn/initialisers.js";
import { openDevice } from "../../../runtime/device.js";
import type { Device } from "../../../runtime/program.js";
import { add, cast } from "../../../tensor/ops/elementwise.js";
import { flatten, reshape } from "../../../tensor/ops/rearrange.js";
import { sum } from "../../../tensor/ops/reduction.js";
import { requireAnnotation } from "../../annotations.js";
import type { DataTraits } from "../../batch.js";
import { type ImageSource, inMemory } from "../../images.js";
import { type LoadedModel, loadModel } from "../../loaded-model.js";
import { defineModel } from "../../model.js";
import { type Codes, decode, encode } from "../codes.js";
import { addAttribute, attributeVector } from "./attribute-vector.js";
import { interpolate } from "./interpolate.js";
import { traverse, traversePlane } from "./traverse.js";

const data: DataTraits = {
  channels: 1,
  height: 1,
  width: 2,
  binary: false,
  levels: null,
  annotations: {},
};

/** A model whose codes are its pixels. */
const identity = defineModel({
  id: "identity",
  family: "tabular",
  title: "Identity",
  density: "exact",
  source: { title: "", authors: "", year: 2000, reference: "" },
  config: z.strictObject({}),
  training: { by: "gradients", optimizer: "sgd", learningRate: 1, batchSize: 1 },
  build: () => ({
    capabilities: {
      encode: (_, pixelsUnit) => flatten(pixelsUnit),
      decode: { codeLength: 2, trace: (_, codes) => reshape(codes, ["B", 1, 1, 2]) },
    },
    steps: [
      {
        name: "step",
        trains: ["identity"],
        objective: (scope, { pixelsUnit }) => {
          const bias = scope.child("identity").parameter("bias", [1], zeros);
          return { loss: sum(add(flatten(pixelsUnit), bias), 1), metrics: {} };
        },
      },
    ],
  }),
});

/** The same, but for its decoder, which adds the number of the class. */
const byClass = defineModel({
  ...identity,
  id: "by-class",
  build: (config, traits) => {
    const plain = identity.build(config, traits);
    return {
      ...plain,
      conditionedOn: ["class"],
      capabilities: {
        ...plain.capabilities,
        decode: {
          codeLength: 2,
          trace: (_, codes, { annotations }) =>
            reshape(
              add(
                codes,
                reshape(cast(requireAnnotation(annotations, "class"), "float32"), [-1, 1]),
              ),
              ["B", 1, 1, 2],
            ),
        },
      },
    };
  },
});

let device: Device;
let model: LoadedModel;
beforeAll(async () => {
  device = await openDevice({ host: "inline", device: "cpu" });
  const weights = new Map([["parameters.identity.bias", new Float32Array(1)]]);
  model = await loadModel(identity, {}, data, device, weights);
});
afterAll(async () => {
  await model.release();
  await device.close();
});

function imagesOf(...pixels: readonly number[]): ImageSource {
  return {
    count: pixels.length / 2,
    read(indices, out) {
      for (let at = 0; at < indices.length; at++) {
        out.set(pixels.slice(2 * indices[at], 2 * indices[at] + 2), 2 * at);
      }
    },
  };
}

const start: Codes = { count: 1, length: 2, values: Float32Array.of(0.25, 0.5) };

describe("interpolate", () => {
  const corners = imagesOf(1, 0, 0, 1);

  test("goes straight by default", async () => {
    const { pixelsUnit } = await interpolate(model, corners, 3);
    expect(Array.from(pixelsUnit)).toEqual([1, 0, 0.5, 0.5, 0, 1]);
  });

  test("follows the arc on the sphere", async () => {
    const { pixelsUnit } = await interpolate(model, corners, 3, { path: "sphere" });
    const middle = Math.fround(Math.SQRT1_2);
    expect(Array.from(pixelsUnit)).toEqual(
      [1, 0, middle, middle, 0, 1].map((x) => expect.closeTo(x, 6)),
    );
  });

  test("goes straight on the sphere between codes of one direction, or none", async () => {
    const along = imagesOf(0.2, 0.2, 0.6, 0.6, 0, 0);
    const { pixelsUnit } = await interpolate(model, along, 3, { path: "sphere" });
    const expected = [0.2, 0.2, 0.4, 0.4, 0.6, 0.6, 0.6, 0.6, 0.3, 0.3, 0, 0];
    expect(Array.from(pixelsUnit)).toEqual(expected.map((x) => expect.closeTo(x, 6)));
  });
});

describe("traversal", () => {
  test("moves one number of the code a row", async () => {
    const { pixelsUnit } = await traverse(model, start, { steps: 3, range: 1 });
    const rows = [-1, 0.5, 0, 0.5, 1, 0.5, 0.25, -1, 0.25, 0, 0.25, 1];
    expect(Array.from(pixelsUnit)).toEqual(rows);
  });

  test("of a plane moves one number across and another up", async () => {
    const { count, pixelsUnit } = await traversePlane(model, start, [0, 1], { steps: 2, range: 1 });
    expect(count).toBe(4);
    expect(Array.from(pixelsUnit)).toEqual([-1, 1, 1, 1, -1, -1, 1, -1]);
  });

  test.each([
    [[0, 2], "no number 2"],
    [[1, 1], "must differ"],
  ] as const)("of the numbers %j is refused", async (units, problem) => {
    await expect(traversePlane(model, start, units)).rejects.toThrow(problem);
  });
});

describe("attribute arithmetic", () => {
  test("adds multiples of the difference of mean codes", async () => {
    const vector = await attributeVector(model, imagesOf(0.5, 1, 1, 1), imagesOf(0.25, 0.5));
    expect(vector.images).toEqual({ with: 2, without: 1 });
    expect(Array.from(vector.values)).toEqual([0.5, 0.5]);
    const { pixelsUnit } = await addAttribute(model, imagesOf(0, 0.25, 0.5, 0), vector, [0, 1, -1]);
    const rows = [0, 0.25, 0.5, 0.75, -0.5, -0.25, 0.5, 0, 1, 0.5, 0, -0.5];
    expect(Array.from(pixelsUnit)).toEqual(rows);
  });
});

test("codes know classes by their names, however the images number them", async () => {
  const names = ["a", "b", "c"];
  const traits = { ...data, annotations: { class: { names } } };
  const weights = new Map([["parameters.identity.bias", new Float32Array(1)]]);
  const conditional = await loadModel(byClass, {}, traits, device, weights);
  const values = Int32Array.of(0, 1);
  const images = {
    ...inMemory(Float32Array.of(0.1, 0.2, 0.3, 0.4), 2),
    annotations: { class: { names: ["b", "c"], values } },
  };
  const close = (found: Float32Array, expected: readonly number[]) => {
    expect(found).toHaveLength(expected.length);
    for (const [at, value] of expected.entries()) expect(found[at]).toBeCloseTo(value, 6);
  };
  const ends = [1.1, 1.2, 2.3, 2.4];
  close((await decode(conditional, await encode(conditional, images))).pixelsUnit, ends);
  close((await interpolate(conditional, images, 2)).pixelsUnit, ends);
  const none = { values: new Float32Array(2), images: { with: 1, without: 1 } };
  close((await addAttribute(conditional, images, none, [0])).pixelsUnit, ends);
  await conditional.release();
});
