import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { annotationInputs } from "../../src/core/annotations.js";
import type { DataTraits } from "../../src/core/batch.js";
import { hostOf } from "../../src/core/capabilities/batches.js";
import { complete } from "../../src/core/capabilities/complete.js";
import { sample } from "../../src/core/capabilities/sample.js";
import { exportModel } from "../../src/core/export.js";
import { inMemory } from "../../src/core/images.js";
import { type LoadedModel, loadModel } from "../../src/core/loaded-model.js";
import type { ModelDefinition, Parts } from "../../src/core/model.js";
import { initialValues, variablesOf } from "../../src/core/state.js";
import { imageGptConfig } from "../../src/models/autoregressive/image-gpt/config.js";
import { imageGpt } from "../../src/models/autoregressive/image-gpt/index.js";
import { networkOf } from "../../src/models/autoregressive/image-gpt/network.js";
import { wholeImageGpt } from "../../src/models/autoregressive/image-gpt/whole-sequence.testing.js";
import { dalleConfig } from "../../src/models/multimodal/dalle/config.js";
import { dalle } from "../../src/models/multimodal/dalle/index.js";
import { setupOf } from "../../src/models/multimodal/dalle/setup.js";
import { wholeDalle } from "../../src/models/multimodal/dalle/whole-sequence.testing.js";
import { drawSymbol } from "../../src/models/symbols/draw-symbol.js";
import { drawByWholeSequences } from "../../src/models/symbols/naive.testing.js";
import { dvae } from "../../src/models/variational/dvae/index.js";
import { openDevice } from "../../src/runtime/device.js";
import { loadLibrary } from "../../src/runtime/node-library.js";
import type { Device } from "../../src/runtime/program.js";
import { stream } from "../../src/runtime/random.js";
import { cast } from "../../src/tensor/ops/elementwise.js";
import { input } from "../../src/tensor/tensor.js";
import { partOf } from "../contract/part-of.js";

/*
 * Oracle: the naive sampler, a pass over the whole sequence for each symbol, with the same random numbers.
 */

let device: Device;
beforeAll(async () => {
  device = await openDevice({ host: "inline" });
});
afterAll(() => device.close());

const data: DataTraits = {
  channels: 1,
  height: 8,
  width: 8,
  binary: true,
  levels: 2,
  annotations: {
    class: { names: ["a", "b"] },
    caption: { vocabulary: ["", "red", "blue", "seven"], length: 3 },
  },
};
const COUNT = 5;
const SEED = 4;
const TEMPERATURE = 1.5;
const asked = { count: COUNT, seed: SEED, temperature: TEMPERATURE };
const choice = { topK: 5, topP: 0.99 };
const REQUEST = {
  size: COUNT,
  first: 0,
  seed: SEED,
  temperature: TEMPERATURE,
  draw: false,
  annotations: {},
  options: {},
};

/** A model whose weights are its first ones, drawn wider, so that its symbols depend on each other. */
async function wideModel(
  definition: ModelDefinition,
  config: Readonly<Record<string, unknown>>,
  tokeniser: boolean,
): Promise<LoadedModel> {
  const settings = { channels: [4, 6], codes: 7, embedding: 3 };
  const part = tokeniser ? await partOf("tokeniser", dvae, data, settings) : undefined;
  const parts: Parts = part?.parts ?? {};
  const model = definition.build(config, data, parts);
  const values = new Map(initialValues(variablesOf(model, data).list(), 3));
  for (const [name, value] of values) {
    const wide = new Float32Array(value.length);
    stream(1, name).normal(wide);
    values.set(
      name,
      wide.map((each) => each / 3),
    );
  }
  for (const [name, value] of part?.values ?? []) if (values.has(name)) values.set(name, value);
  return loadModel(definition, config, data, device, values, parts);
}

describe("the cached sampler draws what a pass over the whole sequence a symbol would: image-gpt", () => {
  test.each([
    ["pixels", { features: 8, blocks: 2, heads: 2 }, false],
    [
      "blocks of a class",
      { features: 8, blocks: 1, heads: 1, block: [2], conditional: true },
      false,
    ],
    ["tokens", { features: 8, blocks: 2, heads: 2 }, true],
  ] as const)("of %s", async (_, settings, tokeniser) => {
    const config = imageGptConfig.parse(settings);
    const model = await wideModel(imageGpt, config, tokeniser);
    const network = networkOf(config, data, model.parts);
    const classes = Int32Array.from({ length: COUNT }, (__, image) => image % 2);
    const told = annotationInputs({ class: { names: ["a", "b"] } }, "B");
    const naive = wholeImageGpt(network, told, { class: classes });
    const expected = await drawByWholeSequences(hostOf(model), naive, REQUEST, choice);
    const { pixelsUnit } = await sample(model, { ...asked, options: choice });
    expect(pixelsUnit).toEqual(expected);
    expect(new Set(pixelsUnit).size).toBeGreaterThan(1);
    await model.release();
  });
});

describe("the cached sampler draws what a pass over the whole sequence a symbol would: dalle", () => {
  const small = { features: 8, blocks: 2, heads: 2, textBlocks: 1 };
  test.each([
    ["joint", {}, 1],
    ["joint, guided", { attention: ["row", "convolutional"] }, 3],
    ["encoder-decoder", { design: "encoder-decoder" }, 1],
    ["encoder-decoder, guided", { design: "encoder-decoder", attention: ["column"] }, 2],
  ] as const)("%s", async (_, settings, guidance) => {
    const config = dalleConfig.parse({ ...small, ...settings });
    const model = await wideModel(dalle, config, true);
    const setup = setupOf(config, data, model.parts);
    const captions = [
      [1, 3, 0],
      [2, 0, 0],
    ];
    const times = guidance === 1 ? 1 : 2;
    const caption = Array.from({ length: times * COUNT }, (__, at) => captions[(at % COUNT) % 2]);
    const feeds = {
      caption: Int32Array.from(caption.flat()),
      isHidden: Float32Array.from(caption, (__, at) => Number(at >= COUNT)),
    };
    const mix = (both: Float32Array) => {
      const half = both.length / 2;
      const [shown, hidden] = [both.subarray(0, half), both.subarray(half)];
      return shown.map((value, at) => hidden[at] + guidance * (value - hidden[at]));
    };
    const naive = wholeDalle(setup, feeds);
    const guided = times === 1 ? naive : { ...naive, rows: { count: times, mix } };
    const expected = await drawByWholeSequences(hostOf(model), guided, REQUEST, choice);
    const condition = { caption: ["red seven", "blue"] };
    const options = { ...choice, guidance };
    const { pixelsUnit } = await sample(model, { ...asked, condition, options });
    expect(pixelsUnit).toEqual(expected);
    await model.release();
  });
});

test("guidance 1 is no guidance, bit for bit, whatever the hidden caption's vector says", async () => {
  const config = dalleConfig.parse({ features: 8, blocks: 1, heads: 2 });
  const model = await wideModel(dalle, config, true);
  const draw = async (options: Record<string, unknown>) =>
    (await sample(model, { ...asked, condition: { caption: ["red"] }, options })).pixelsUnit;
  const plain = await draw({});
  expect(await draw({ guidance: 1 })).toEqual(plain);
  const values = new Map(await model.values());
  const hidden = values.get("parameters.network.hidden") as Float32Array;
  await model.write(new Map([...values, ["parameters.network.hidden", hidden.map((v) => -v)]]));
  expect(await draw({ guidance: 1 })).toEqual(plain);
  expect(await draw({ guidance: 4 })).not.toEqual(plain);
  await model.release();
});

describe("images are shown on the way", () => {
  test("pixel after pixel in raster order, the others black", async () => {
    const config = imageGptConfig.parse({ features: 8, blocks: 1, heads: 1 });
    const model = await wideModel(imageGpt, config, false);
    const seen: Float32Array[] = [];
    const { pixelsUnit } = await sample(model, { ...asked, onPartial: (now) => seen.push(now) });
    expect(seen).toHaveLength(64);
    seen.forEach((now, place) => {
      expect(now).toEqual(pixelsUnit.map((value, at) => (at % 64 <= place ? value : 0)));
    });
    expect(pixelsUnit).toContain(1);
    await model.release();
  });

  test("the tokens so far decoded, and the others as those of a black image", async () => {
    const config = dalleConfig.parse({ features: 8, blocks: 1, heads: 2 });
    const model = await wideModel(dalle, config, true);
    const setup = setupOf(config, data, model.parts);
    const { symbols } = setup;
    const host = hostOf(model);
    const seen: Float32Array[] = [];
    const condition = { caption: ["red"] };
    const onPartial = (now: Float32Array) => seen.push(now);
    const { pixelsUnit } = await sample(model, { ...asked, condition, options: choice, onPartial });

    let drawn = new Int32Array();
    const write = async (_: unknown, tokens: Int32Array) => {
      drawn = Int32Array.from(tokens);
      return new Float32Array();
    };
    const feeds = {
      caption: Int32Array.from({ length: 3 * COUNT }, (_, at) => Number(at % 3 === 0)),
      isHidden: new Float32Array(COUNT),
    };
    const naive = { ...wholeDalle(setup, feeds), symbols: { ...symbols, write } };
    await drawByWholeSequences(host, naive, REQUEST, choice);
    const program = await host.program("read", (scope) => ({
      tokens: cast(symbols.read(scope, input("pixelsUnit", ["B", 1, 8, 8])), "float32"),
    }));
    const read = await program.run({
      state: host.state,
      feeds: { pixelsUnit: new Float32Array(64) },
      dims: { B: 1 },
    });
    const black = read.tokens as Float32Array;
    expect(seen).toHaveLength(setup.imageLength);
    for (const [place, now] of seen.entries()) {
      const tokens = drawn.map((token, at) =>
        at % black.length <= place ? token : black[at % black.length],
      );
      expect(now).toEqual(await symbols.write(host, tokens, REQUEST));
    }
    expect(seen.at(-1)).toEqual(pixelsUnit);
    await model.release();
  });
});

test("half a block is completed from the symbols that agree with its given pixels", async () => {
  const config = imageGptConfig.parse({ features: 8, blocks: 1, heads: 1, block: [2] });
  const model = await wideModel(imageGpt, config, false);
  const pixelsUnit = new Float32Array(3 * 64);
  stream(9, "pixels").uniform(pixelsUnit);
  pixelsUnit.forEach((value, at) => {
    pixelsUnit[at] = Math.round(value);
  });
  const known = Uint8Array.from({ length: 64 }, (_, at) => Number(at < 24 || at % 3 === 0));
  const found = await complete(model, inMemory(pixelsUnit, 3), { known, seed: 1 });
  found.pixelsUnit.forEach((value, at) => {
    if (known[at % 64] === 1) expect(value).toBe(pixelsUnit[at]);
    expect([0, 1]).toContain(value);
  });
  await model.release();
});

test("decoder.onnx, driven by a loop of another program, draws the same image", async () => {
  const config = dalleConfig.parse({ features: 8, blocks: 2, heads: 2 });
  const model = await wideModel(dalle, config, true);
  const files = await exportModel(model, { name: "words", facts: {}, scores: [] });
  const ort = await loadLibrary();
  const session = await ort.InferenceSession.create(files.get("decoder.onnx") as Uint8Array);
  const { symbols, textLength, imageLength } = setupOf(config, data, model.parts);
  const words = [1, 3, 0];
  const caches = Object.fromEntries(
    session.inputNames
      .filter((name) => name.startsWith("cache."))
      .map((name) => {
        const shape = [1, 2, textLength + imageLength, 4];
        return [name, new ort.Tensor("float32", new Float32Array(8 * shape[2]), shape)];
      }),
  );
  const drawn: number[] = [];
  const uniforms = new Float32Array(1);
  for (let position = 0; position < textLength + imageLength; position++) {
    const place = position - textLength;
    const symbol = place <= 0 ? words[Math.max(0, position - 1)] : drawn[place - 1];
    const outputs = await session.run({
      ...caches,
      position: new ort.Tensor("int32", Int32Array.of(position), [1]),
      symbol: new ort.Tensor("int32", Int32Array.of(symbol), [1]),
      isHidden: new ort.Tensor("float32", Float32Array.of(0), [1]),
    });
    for (const name of Object.keys(caches)) {
      const { data: next, dims } = outputs[name.replace("cache", "next")];
      caches[name] = new ort.Tensor("float32", next as Float32Array, dims);
    }
    if (place < 0) continue;
    stream(SEED, "dalle/draw", place).uniform(uniforms);
    const logits = outputs.logits.data as Float32Array;
    drawn.push(drawSymbol(logits, uniforms[0], { ...choice, temperature: TEMPERATURE }));
  }
  await session.release();
  const request = { size: 1, first: 0, seed: SEED, draw: false, temperature: TEMPERATURE };
  const expected = await symbols.write(hostOf(model), Int32Array.from(drawn), request);
  const condition = { caption: ["red seven"] };
  const found = await sample(model, { ...asked, count: 1, condition, options: choice });
  expect(found.pixelsUnit).toEqual(expected);
  await model.release();
});
