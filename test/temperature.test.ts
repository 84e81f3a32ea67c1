import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { DataTraits } from "../src/core/batch.js";
import { complete } from "../src/core/capabilities/complete.js";
import { sample } from "../src/core/capabilities/sample.js";
import { type LoadedModel, loadModel } from "../src/core/loaded-model.js";
import { exampleOf, exampleParts, type ModelDefinition } from "../src/core/model.js";
import { initialValues, variablesOf, weightsAmong } from "../src/core/state.js";
import { captionAnnotation } from "../src/core/text.js";
import { models } from "../src/models/index.js";
import { type Device, openDevice } from "../src/runtime/index.js";

const binary: DataTraits = {
  channels: 1,
  height: 3,
  width: 3,
  binary: true,
  levels: 2,
  annotations: {},
};
const grey: DataTraits = { ...binary, binary: false, levels: 5 };

interface Case {
  readonly config?: Record<string, unknown>;
  readonly data?: DataTraits;
}

/** Cases that cover every way of drawing a pixel, besides the defaults on a model's example images, or binary ones. */
const others: Readonly<Record<string, readonly Case[]>> = {
  vae: [{ config: { likelihood: "gaussian", std: 0 }, data: grey }],
  nade: [{ config: { head: "mixture", components: 3 }, data: grey }],
  pixelcnn: [
    { config: { head: "categorical" }, data: grey },
    { config: { head: "logistic", components: 3 }, data: grey },
    { config: { head: "logistic", components: 3 }, data: { ...grey, channels: 3 } },
  ],
  "row-lstm": [{ config: { head: "logistic", components: 3 }, data: grey }],
  rbm: [{ config: { visible: "gaussian" }, data: grey }],
  hmm: [
    { config: { emission: "discrete" }, data: grey },
    { config: { emission: "gaussian" }, data: grey },
    { config: { emission: "gaussian", covariance: "full" }, data: grey },
  ],
};

/** A classifier draws nothing, so that it has no temperature. */
const drawing = models.filter((definition) => "sample" in exampleOf(definition).capabilities);

const cases = drawing.flatMap((definition) =>
  [{}, ...(others[definition.id] ?? [])].map(
    ({ config = {}, data = definition.example ?? binary }: Case) =>
      [definition.id, config, data, definition] as const,
  ),
);

let device: Device;
beforeAll(async () => {
  device = await openDevice({ host: "inline", threads: 1 });
});
afterAll(() => device.close());

/** A draw for each of several seeds, as text. */
async function distinct(draws: Promise<{ pixelsUnit: Float32Array }>[]): Promise<Set<string>> {
  const images = await Promise.all(draws);
  return new Set(
    images.flatMap(({ pixelsUnit }) => {
      const half = pixelsUnit.length / 2;
      return [`${pixelsUnit.subarray(0, half)}`, `${pixelsUnit.subarray(half)}`];
    }),
  );
}

describe.each(cases)("%s with %j on %j", (_, settings, data, definition) => {
  let model: LoadedModel;
  beforeAll(async () => {
    const config = definition.config.parse(settings);
    const parts = exampleParts(definition, data);
    const variables = weightsAmong(variablesOf(definition.build(config, data, parts), data));
    // Many logits of an untrained model are equal or 0, so that ties are covered as well.
    const values = initialValues(variables, 1);
    model = await loadModel(definition, config, data, device, values, parts);
  });
  afterAll(() => model.release());

  /** Traits of the captions that the model draws by, if any. */
  const captionRead = () =>
    model.model.conditionedOn?.includes("caption") ? model.data.annotations.caption : undefined;

  test("samples differ at temperature 1, and are one mode at 0", async () => {
    const caption = captionRead();
    const condition = caption && { caption: [caption.vocabulary[1]] };
    const drawn = (temperature: number) =>
      distinct(
        [1, 2].map((seed) =>
          sample(model, {
            count: 2,
            seed,
            draw: true,
            temperature,
            ...(condition && { condition }),
          }),
        ),
      );
    expect((await drawn(1)).size).toBeGreaterThan(1);
    expect((await drawn(0)).size).toBe(1);
  });

  test("completions are one mode at temperature 0", async () => {
    const { complete: completion } = model.model.capabilities;
    if (completion === undefined) return;
    const caption = captionRead();
    const texts = [1, 1].map((word) => caption?.vocabulary[word] ?? "");
    const source = {
      count: 2,
      ...(caption && { annotations: { caption: captionAnnotation(texts, caption) } }),
      read(_: ArrayLike<number>, out: Float32Array) {
        out.fill(1);
      },
    };
    const pixels = data.height * data.width;
    const known = Uint8Array.from({ length: pixels }, (_, pixel) => Number(pixel < pixels / 3));
    const drawn = [1, 2].map((seed) =>
      complete(model, source, { known, seed, draw: true, temperature: 0 }),
    );
    expect((await distinct(drawn)).size).toBe(1);
  });
});

describe("half the temperature halves how far real values are from their mean", () => {
  const fill = (value: number) => (size: number) => new Float64Array(size).fill(value);
  const identity = (size: number) =>
    Float64Array.from({ length: size }, (_, at) => {
      const width = Math.sqrt(size);
      return Math.floor(at / width) === at % width ? 1 : 0;
    });
  const still = {
    "emission.mean": fill(0.5),
    "emission.logVar": fill(-6),
    "emission.axes": identity,
  };
  const gaussians: readonly [
    string,
    object,
    Readonly<Record<string, (size: number) => Float64Array>>,
  ][] = [
    ["hmm", { states: 1, emission: "gaussian" }, still],
    ["hmm", { states: 1, emission: "gaussian", covariance: "full" }, still],
    ["rbm", { visible: "gaussian", std: 0.05 }, { "rbm.base": fill(0.5), "rbm.weight": fill(0) }],
    [
      "gaussian",
      { covariance: "diagonal" },
      { "mixture.means": fill(0.5), "mixture.inverseStd": fill(20) },
    ],
  ];
  test.each(gaussians)("%s %j", async (id, settings, numbers) => {
    const definition = models.find((each) => each.id === id) as ModelDefinition;
    const config = definition.config.parse(settings);
    const variables = weightsAmong(variablesOf(definition.build(config, grey), grey));
    const values = new Map(initialValues(variables, 1));
    for (const [name, value] of values) {
      const path = name.replace(/^(parameters|buffers)\./, "");
      if (path in numbers) value.set(numbers[path](value.length) as never);
    }
    const model = await loadModel(definition, config, grey, device, values);
    const options = { count: 20, seed: 1, draw: true };
    const [warm, cool] = [
      await sample(model, { ...options, temperature: 1 }),
      await sample(model, { ...options, temperature: 0.5 }),
    ];
    warm.pixelsUnit.forEach((value, at) => {
      expect(cool.pixelsUnit[at] - 0.5).toBeCloseTo((value - 0.5) / 2, 5);
    });
    const squares = warm.pixelsUnit.reduce((sum, value) => sum + (value - 0.5) ** 2, 0);
    expect(Math.sqrt(squares / warm.pixelsUnit.length)).toBeCloseTo(0.05, 2);
    await model.release();
  });
});
