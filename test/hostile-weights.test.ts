import { afterAll, beforeAll, describe, expect, it as test } from "vitest";
import type { DataTraits } from "../src/core/batch.js";
import { describeConfig } from "../src/core/config.js";
import { encodeSafetensors } from "../src/core/index.js";
import type { ModelDefinition } from "../src/core/model.js";
import { initialValues, variablesOf, weightGroups } from "../src/core/state.js";
import { tensorsOf } from "../src/core/stored-state.js";
import { openDevice, openWeights } from "../src/index.js";
import { models } from "../src/models/registry.js";
import type { Device } from "../src/runtime/index.js";
import { FigmentError } from "../src/tensor/errors.js";
import { constant } from "../src/tensor/tensor.js";

/** What opening a file of a few kilobytes may take at most: nodes of graphs, and memory. */
const MOST_NODES = 2 ** 20;
const MOST_BYTES = 2 ** 29;

const TINY: DataTraits = {
  channels: 1,
  height: 3,
  width: 3,
  binary: true,
  levels: 2,
  annotations: {},
};

type Change = readonly [key: string, value: unknown];

/** The settings of a model at the largest values that they take, and images of absurd sizes. */
function extremes(definition: ModelDefinition): Change[] {
  const settings = describeConfig(definition.config).flatMap(({ key, type }): Change[] => {
    const most = Number(/≤ (\d+)/.exec(type)?.[1]);
    if (Number.isNaN(most)) return [];
    if (type.startsWith("list")) return [[key, new Array(100).fill(most)]];
    return [
      [key, most],
      [key, most + 1],
    ];
  });
  const images = ["channels", "height", "width"].flatMap((side): Change[] => [
    [`data.${side}`, 2048],
    [`data.${side}`, 65_535],
    [`data.${side}`, 1e9],
  ]);
  return [...settings, ...images, ["data.levels", 65_536], ["data.levels", 1e9]];
}

/** Settings with which weights say least about the size of images. */
const leastBound = ({ config }: ModelDefinition) =>
  "location" in config.shape ? { location: false } : {};

/** The weights of a model on a tiny image, as a file that asks for something else. */
function changed(definition: ModelDefinition, [key, value]: Change): Uint8Array {
  const data = definition.example ?? TINY;
  const config = definition.config.parse(leastBound(definition));
  const model = definition.build(config, data);
  const values = initialValues(variablesOf(model, data).list(), 0);
  const [place, name = ""] = key.split(".");
  const asked = {
    config: place === "data" ? config : { ...config, [key]: value },
    data: place === "data" ? { ...data, [name]: value } : data,
  };
  return encodeSafetensors({
    tensors: tensorsOf(weightGroups(model, data), values),
    metadata: {
      format: "figment",
      model: definition.id,
      config: JSON.stringify(asked.config),
      data: JSON.stringify(asked.data),
      parts: "{}",
    },
  });
}

const needsParts = ({ parts = {} }: ModelDefinition) =>
  Object.values(parts).some(({ optional }) => !optional);

let device: Device;
beforeAll(async () => {
  device = await openDevice({ device: "cpu", host: "inline", threads: 1 });
});
afterAll(() => device.close());

describe.each(models.filter((definition) => !needsParts(definition)))("$id", (definition) => {
  test("has a limit for every number of things that it is asked for", () => {
    const unlimited = describeConfig(definition.config).filter(
      ({ key, type }) =>
        /integer/.test(type) && !type.includes("≤") && !/(seed|steps|warmup)$/i.test(key),
    );
    expect(unlimited.map(({ key }) => key)).toEqual([]);
  });

  test("opens as it is", async () => {
    const { height } = definition.example ?? TINY;
    const model = await openWeights(changed(definition, ["data.height", height]), device);
    expect(model.definition.id).toBe(definition.id);
    await model.release();
  });

  const cases = extremes(definition);
  test.each(cases)("bounds %s = %j by its weights", async (...change) => {
    const bytes = changed(definition, change);
    const before = process.memoryUsage().rss;
    const nodes = constant(0).id;
    try {
      const model = await openWeights(bytes, device);
      await model.release();
    } catch (error) {
      expect(error).toBeInstanceOf(FigmentError);
    }
    expect(constant(0).id - nodes).toBeLessThan(MOST_NODES);
    expect(process.memoryUsage().rss - before).toBeLessThan(MOST_BYTES);
  });
});
