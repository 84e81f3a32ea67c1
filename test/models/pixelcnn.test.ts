import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { complete } from "../../src/core/capabilities/complete.js";
import { sample } from "../../src/core/capabilities/sample.js";
import { score } from "../../src/core/capabilities/score.js";
import { ConfigError } from "../../src/core/errors.js";
import { type LoadedModel, loadModel } from "../../src/core/loaded-model.js";
import type { DataTraits } from "../../src/core/model.js";
import { initialValues, variablesOf } from "../../src/core/state.js";
import { binarise } from "../../src/data/binarise.js";
import { arraySet, type ImageSet, readImages, subset } from "../../src/data/image-set.js";
import { loadDataset } from "../../src/data/load-dataset.js";
import {
  type Build,
  dependencyMatrix,
  evaluate,
  everyImage,
  totalProbability,
} from "../../src/models/autoregressive/dependency.testing.js";
import type { PixelcnnConfig } from "../../src/models/autoregressive/pixelcnn/config.js";
import { pixelcnn } from "../../src/models/autoregressive/pixelcnn/index.js";
import { drawNaively } from "../../src/models/autoregressive/pixelcnn/naive.testing.js";
import { pixelParameters } from "../../src/models/autoregressive/pixelcnn/network.js";
import { networkOf } from "../../src/models/autoregressive/pixelcnn/setup.js";
import { openDevice } from "../../src/runtime/device.js";
import type { Device } from "../../src/runtime/program.js";
import { reshape, transpose } from "../../src/tensor/ops/rearrange.js";
import {
  drawPatterns,
  everyPattern,
  patternCrossEntropy,
  patternEntropy,
  patternIgnorance,
} from "./patterns.js";
import { trainSmall } from "./train-small.js";

let device: Device;
beforeAll(async () => {
  device = await openDevice({ host: "inline" });
});
afterAll(() => device.close());

const binary = (height: number, width: number, classes = 0): DataTraits => ({
  ...{ channels: 1, height, width },
  ...{ binary: true, levels: 2, classes },
});
const colour = (height: number, width: number, levels: number): DataTraits => ({
  ...{ channels: 3, height, width },
  ...{ binary: levels === 2, levels, classes: 0 },
});

const parse = (given: Readonly<Record<string, unknown>>) =>
  pixelcnn.config.parse(given) as PixelcnnConfig;

/** What the network says of each variable, in the order of the images' elements: [B, C · H · W, K]. */
function perVariable(config: PixelcnnConfig, data: DataTraits): Build {
  const network = networkOf(config, data);
  const { head } = network;
  const area = data.height * data.width;
  return (scope, { pixelsUnit, labels }) => {
    const embedded = head.embed(pixelsUnit);
    const maps = pixelParameters(scope.child("network"), network, embedded, labels);
    const each = head.outputs / head.groups;
    const runs = reshape(maps, [maps.shape[0], head.groups, each, area]);
    return reshape(transpose(runs, [0, 1, 3, 2]), [maps.shape[0], head.groups * area, each]);
  };
}

const nats =
  (given: Readonly<Record<string, unknown>>, data: DataTraits): Build =>
  (scope, batch) =>
    pixelcnn.build(parse(given), data).capabilities.score!.trace(scope, batch, 1);

/** A model with weights that are far from zero, so that its images are not all noise. */
async function untrained(
  given: Readonly<Record<string, unknown>>,
  data: DataTraits,
): Promise<LoadedModel> {
  const config = parse(given);
  const values = initialValues(variablesOf(pixelcnn.build(config, data), data).list(), 4);
  const wide = [...values].map(
    ([name, value]) => [name, (value as Float32Array).map((x) => 2.5 * x)] as const,
  );
  return loadModel(pixelcnn, config, data, device, new Map(wide));
}

describe("what a pixel depends on", () => {
  /** Offsets (rows, columns) that a layer of the paper looks at, under mask A or B. */
  function tapsOf(kernel: number, centre: boolean): [number, number][] {
    const reach = (kernel - 1) / 2;
    const taps: [number, number][] = [];
    for (let row = -reach; row <= 0; row++) {
      for (let column = -reach; column <= reach; column++) {
        if (row < 0 || column < 0 || (centre && column === 0)) taps.push([row, column]);
      }
    }
    return taps;
  }

  /** Offsets that can be reached by one step of the first layer and one of each other layer. */
  function reachable(first: number, kernel: number, layers: number): Set<string> {
    let reached = new Set(tapsOf(first, false).map(String));
    for (let layer = 0; layer < layers; layer++) {
      const further = tapsOf(kernel, true);
      const next = [...reached].flatMap((offset) => {
        const [row, column] = offset.split(",").map(Number);
        return further.map(([y, x]) => String([row + y, column + x]));
      });
      reached = new Set(next);
    }
    return reached;
  }

  const shape = binary(5, 6);
  const small = { features: 8, layers: 2, firstKernel: 3, outputFeatures: 8 };

  function dependencies(given: Readonly<Record<string, unknown>>, data = shape): boolean[][] {
    const matrix = dependencyMatrix(perVariable(parse(given), data), data);
    return matrix.map((row) => row.map((change) => change !== 0));
  }

  test("gated: every pixel before it within the window of the layers, and none after", () => {
    const reach = 1 + small.layers;
    dependencies({ ...small, gated: true }).forEach((row, output) => {
      const [y, x] = [Math.floor(output / 6), output % 6];
      row.forEach((depends, pixel) => {
        const [above, aside] = [y - Math.floor(pixel / 6), (pixel % 6) - x];
        const within = above <= reach && Math.abs(aside) <= reach;
        expect(depends, `${output} on ${pixel}`).toBe(pixel < output && within);
      });
    });
  });

  test("gated with wide windows: every pixel before it, without a blind spot", () => {
    const given = { ...small, gated: true, firstKernel: 7 };
    dependencies(given).forEach((row, output) => {
      expect(row).toEqual(
        row.map((_, pixel) => pixel < output && Math.abs((pixel % 6) - (output % 6)) <= 5),
      );
    });
  });

  test("plain: what masked taps reach, with the blind spot on the right above", () => {
    const seen = reachable(3, 3, small.layers);
    let blind = 0;
    dependencies({ ...small, gated: false }).forEach((row, output) => {
      const [y, x] = [Math.floor(output / 6), output % 6];
      row.forEach((depends, pixel) => {
        const offset = [Math.floor(pixel / 6) - y, (pixel % 6) - x];
        expect(depends, `${output} on ${pixel}`).toBe(seen.has(String(offset)));
        if (!depends && pixel < output && -offset[0] <= 3 && Math.abs(offset[1]) <= 3) blind++;
      });
    });
    // Of the rectangle that the gated stacks see, this is what Oord et al. 2016 (1606.05328) call blind.
    expect(blind).toBeGreaterThan(0);
  });

  test.each([true, false])("colour, gated %s: red, then green, then blue of a pixel", (gated) => {
    const data = colour(2, 3, 2);
    const given = { ...small, features: 12, outputFeatures: 12, firstKernel: 7, gated };
    const area = 6;
    dependencies(given, data).forEach((row, output) => {
      const [channel, place] = [Math.floor(output / area), output % area];
      row.forEach((depends, variable) => {
        const [other, pixel] = [Math.floor(variable / area), variable % area];
        const before = pixel < place || (pixel === place && other < channel);
        expect(depends, `${output} on ${variable}`).toBe(before);
      });
    });
  });
});

describe("probabilities", () => {
  const small = { features: 6, layers: 1, firstKernel: 3, outputFeatures: 6, components: 2 };
  const grey = { ...binary(2, 2), binary: false, levels: 5 };

  test.each([
    { data: binary(3, 3), given: { ...small, gated: true } },
    { data: binary(3, 3), given: { ...small, gated: false, residual: false } },
    { data: binary(3, 3, 2), given: { ...small, gated: true, conditional: true } },
    { data: grey, given: small },
    { data: grey, given: { ...small, head: "logistic" } },
    { data: colour(1, 2, 3), given: { ...small, gated: true } },
    { data: colour(1, 2, 3), given: { ...small, head: "logistic" } },
  ])("of all images of $data sum to 1 with $given", ({ data, given }) => {
    expect(Math.abs(totalProbability(nats(given, data), data) - 1)).toBeLessThan(1e-6);
  });

  test.each([
    { data: binary(3, 3), given: { ...small, gated: true } },
    { data: colour(1, 2, 3), given: { ...small, gated: false } },
  ])("marginals of the scores are the network's conditionals: $data", ({ data, given }) => {
    const images = everyImage(data);
    const { data: scores } = evaluate(nats(given, data), data, images);
    const { data: logits, shape } = evaluate(perVariable(parse(given), data), data, images);
    const area = data.height * data.width;
    const variables = data.channels * area;
    const levels = data.levels!;
    // Raster order, and within a pixel the channels in theirs.
    const order = Array.from(
      { length: variables },
      (_, step) => Math.floor(step / data.channels) + (step % data.channels) * area,
    );
    const levelOf = (image: number, variable: number) =>
      Math.round(images[image * variables + variable] * (levels - 1));
    order.forEach((variable, step) => {
      const [joint, marginal] = [new Map<string, number>(), new Map<string, number>()];
      scores.forEach((value, image) => {
        const before = order
          .slice(0, step)
          .map((other) => levelOf(image, other))
          .join();
        const both = `${before}:${levelOf(image, variable)}`;
        marginal.set(before, (marginal.get(before) ?? 0) + Math.exp(-value));
        joint.set(both, (joint.get(both) ?? 0) + Math.exp(-value));
      });
      scores.forEach((_, image) => {
        const before = order
          .slice(0, step)
          .map((other) => levelOf(image, other))
          .join();
        const level = levelOf(image, variable);
        const exact = joint.get(`${before}:${level}`)! / marginal.get(before)!;
        const from = (image * shape[1] + variable) * shape[2];
        const said = logits.slice(from, from + shape[2]);
        const unnormalised = shape[2] === 1 ? [1, Math.exp(said[0])] : Array.from(said, Math.exp);
        const total = unnormalised.reduce((sum, value) => sum + value, 0);
        expect(Math.abs(unnormalised[level] / total - exact)).toBeLessThan(1e-6);
      });
    });
  });
});

describe.each([
  { gated: true, features: 8, layers: 1, firstKernel: 3 },
  { gated: false, features: 16, layers: 2, firstKernel: 5 },
])("trained on images of known entropy: %j", (config) => {
  let model: LoadedModel;
  beforeAll(async () => {
    const images = await drawPatterns(4000);
    model = await trainSmall({ definition: pixelcnn, device, images, config, steps: 600 });
  }, 60_000);
  afterAll(() => model.release());

  test("it learns, and does not beat the entropy", async () => {
    const { perImage, kind } = await score(model, everyPattern);
    const excess = patternCrossEntropy(perImage) - patternEntropy;
    expect(kind).toBe("exact");
    expect(excess).toBeGreaterThan(0);
    expect(excess).toBeLessThan(0.02 * (patternIgnorance - patternEntropy));
  });

  test("the probabilities of all images still sum to 1", async () => {
    const { perImage } = await score(model, everyPattern);
    const total = perImage.reduce((sum, value) => sum + Math.exp(-value), 0);
    expect(Math.abs(total - 1)).toBeLessThan(1e-5);
    const values = new Map(
      [...(await model.values())].map(([name, data]) => [
        name,
        Float64Array.from(data as Float32Array),
      ]),
    );
    const exact = totalProbability(nats(config, binary(3, 3)), binary(3, 3), values);
    expect(Math.abs(exact - 1)).toBeLessThan(1e-6);
  });

  test("images are drawn as often as they are probable", async () => {
    const count = 4000;
    const { perImage } = await score(model, everyPattern);
    const { pixelsUnit } = await sample(model, { count, seed: 1 });
    const counts = new Float64Array(512);
    for (let image = 0; image < count; image++) {
      let number = 0;
      for (let pixel = 0; pixel < 9; pixel++) number |= pixelsUnit[image * 9 + pixel] << pixel;
      counts[number]++;
    }
    perImage.forEach((value, image) => {
      const probability = Math.exp(-value);
      const deviation = Math.sqrt((probability * (1 - probability)) / count);
      expect(Math.abs(counts[image] / count - probability)).toBeLessThan(5 * deviation + 1 / count);
    });
  });
});

describe("sampling from what the windows remember", () => {
  test.each([
    { data: binary(6, 7), given: { gated: true, features: 8, layers: 3 } },
    { data: binary(6, 7), given: { gated: false, features: 8, layers: 3 } },
    {
      data: binary(5, 4, 3),
      given: { gated: true, features: 8, layers: 2, kernel: 5, conditional: true },
    },
    {
      data: binary(5, 4, 3),
      given: { gated: false, features: 8, layers: 2, kernel: 5, conditional: true },
    },
    { data: { ...binary(4, 4), binary: false, levels: 17 }, given: { features: 8, layers: 2 } },
    {
      data: { ...binary(4, 4), binary: false, levels: 17 },
      given: { features: 8, layers: 2, head: "logistic" },
    },
    { data: colour(4, 3, 8), given: { gated: true, features: 12, outputFeatures: 6, layers: 2 } },
    { data: colour(4, 3, 8), given: { gated: false, features: 12, outputFeatures: 6, layers: 2 } },
    { data: colour(4, 3, 8), given: { features: 12, layers: 2, head: "logistic" } },
    { data: binary(1, 5), given: { gated: true, features: 8, layers: 1 } },
    { data: binary(5, 1), given: { gated: false, features: 8, layers: 1 } },
  ])("gives the images of whole passes, bit for bit: $given on $data", async ({ data, given }) => {
    const model = await untrained(given, data);
    const request = {
      size: 6,
      first: 3,
      seed: 7,
      draw: true,
      labels: Int32Array.of(0, 1, 2, 0, 1, 2),
    };
    for (const temperature of [1, 0.6]) {
      const asked = { ...request, temperature };
      const sampler = model.model.capabilities.sample!;
      if (typeof sampler === "function") throw new TypeError("the sampler is driven by the host");
      const cached = await sampler.drive(model, asked);
      const naive = await drawNaively(model, networkOf(parse(given), data), asked);
      expect(cached).toEqual(naive);
      expect(new Set(cached).size).toBeGreaterThan(1);
    }
    await model.release();
  });

  test("at temperature 0 every image is the same, and none is likelier pixel by pixel", async () => {
    const data = binary(3, 3);
    const model = await untrained({ gated: true, features: 8, layers: 1 }, data);
    const { pixelsUnit } = await sample(model, { count: 2, temperature: 0, seed: 3 });
    expect(pixelsUnit.slice(0, 9)).toEqual(pixelsUnit.slice(9));
    const cold = await sample(model, { count: 2, temperature: 1e-4, seed: 4 });
    expect(cold.pixelsUnit).toEqual(pixelsUnit);
    await model.release();
  });

  test("work stops when it is aborted", async () => {
    const model = await untrained({ features: 8, layers: 1 }, binary(8, 8));
    const stop = new AbortController();
    const drawing = sample(model, {
      count: 4,
      signal: stop.signal,
      onProgress: () => stop.abort(new Error("enough")),
    });
    await expect(drawing).rejects.toThrow("enough");
    await model.release();
  });
});

describe("completion", () => {
  const known = Uint8Array.from({ length: 9 }, (_, pixel) => (pixel < 4 || pixel === 8 ? 1 : 0));

  test("leaves given pixels as they are, and draws the others given those before them", async () => {
    const images = await drawPatterns(4000);
    const model = await trainSmall({
      ...{ definition: pixelcnn, device, images, steps: 300 },
      config: { features: 8, layers: 1, firstKernel: 3 },
    });
    const given = Float32Array.of(1, 1, 1, 0, 0.25, 0.25, 0.25, 0.25, 1);
    const source = {
      count: 1,
      read(indices: ArrayLike<number>, out: Float32Array) {
        for (let copy = 0; copy < indices.length; copy++) out.set(given, copy * 9);
      },
    };
    const repeats = 3000;
    const { pixelsUnit } = await complete(model, source, { known, repeats, seed: 2 });
    const { perImage } = await score(model, everyPattern);
    const [joint, marginal] = [new Float64Array(32), new Float64Array(1)];
    perImage.forEach((value, image) => {
      if ((image & 0b1111) !== 0b0111) return;
      joint[image >> 4] += Math.exp(-value);
      marginal[0] += Math.exp(-value);
    });
    const counts = new Float64Array(16);
    for (let image = 0; image < repeats; image++) {
      const pixels = pixelsUnit.subarray(image * 9, image * 9 + 9);
      known.forEach((isKnown, pixel) => {
        if (isKnown === 1) expect(pixels[pixel]).toBe(given[pixel]);
        else expect([0, 1]).toContain(pixels[pixel]);
      });
      counts[pixels[4] + 2 * pixels[5] + 4 * pixels[6] + 8 * pixels[7]]++;
    }
    // The last pixel is given, but comes after the missing ones: it is not looked at.
    counts.forEach((count, drawn) => {
      const probability = (joint[drawn] + joint[drawn + 16]) / marginal[0];
      const deviation = Math.sqrt((probability * (1 - probability)) / repeats);
      expect(Math.abs(count / repeats - probability)).toBeLessThan(5 * deviation + 1 / repeats);
    });
    await model.release();
  });

  test("with nothing known it is sampling", async () => {
    const model = await untrained({ gated: true, features: 8, layers: 1 }, binary(4, 4));
    const [drawn, asked] = [
      await sample(model, { count: 3, seed: 5 }),
      await complete(model, { count: 3, read: () => {} }, { known: new Uint8Array(16), seed: 5 }),
    ];
    expect(asked.pixelsUnit).toEqual(drawn.pixelsUnit);
    await model.release();
  });
});

describe("classes", () => {
  test("a conditional model draws what its class looks like", async () => {
    const images = await drawPatterns(3000);
    const { pixelsUnit } = await readImages(images);
    // The class says whether the upper left pixel is on.
    const labels = Int32Array.from({ length: 3000 }, (_, image) => pixelsUnit[image * 9]);
    const labelled = arraySet({ ...everyPattern, labels }, Uint8Array.from(pixelsUnit));
    const model = await trainSmall({
      ...{ definition: pixelcnn, device, images: labelled, steps: 400 },
      config: { features: 8, layers: 1, firstKernel: 3, conditional: true },
    });
    const drawn = await sample(model, { count: 200, labels: [0, 1] });
    let right = 0;
    for (let image = 0; image < 200; image++) {
      right += Number(drawn.pixelsUnit[image * 9] === image % 2);
    }
    expect(right).toBeGreaterThan(190);
    await model.release();
  });
});

describe("learning gate on real digits", () => {
  /** Nats of test images when each pixel is drawn by its own frequency. */
  async function independentNll(train: ImageSet, unseen: ImageSet): Promise<number> {
    const [known, asked] = [await readImages(train), await readImages(unseen)];
    const on = new Float64Array(64).fill(0.5);
    known.pixelsUnit.forEach((value, index) => {
      on[index % 64] += value;
    });
    const total = asked.pixelsUnit.reduce((sum, value, index) => {
      const p = on[index % 64] / (known.count + 1);
      return sum - Math.log(value === 1 ? p : 1 - p);
    }, 0);
    return total / unseen.count;
  }

  test("binary digits are far more probable than with independent pixels", async () => {
    const images = binarise(await loadDataset("digits"), { mode: "fixed", seed: 0 });
    const unseen = binarise(await loadDataset("digits", { split: "test" }), {
      mode: "fixed",
      seed: 0,
    });
    const config = { features: 16, layers: 2 };
    const model = await trainSmall({ definition: pixelcnn, device, images, config, steps: 300 });
    const { value } = await score(model, unseen);
    expect(value).toBeLessThan((await independentNll(images, unseen)) - 2);
    await model.release();
  });

  test.each(["categorical", "logistic"])(
    "grey digits are learned with the %s head",
    async (head) => {
      const images = await loadDataset("digits");
      const unseen = subset(
        await loadDataset("digits", { split: "test" }),
        Array.from({ length: 200 }, (_, i) => i),
      );
      const config = { features: 16, layers: 1, head, components: 3 };
      const model = await trainSmall({
        definition: pixelcnn,
        device,
        images,
        config,
        steps: 200,
        batchSize: 32,
      });
      const { value } = await score(model, unseen);
      // 17 levels that are all as probable: 64 · log 17 = 181 nats.
      expect(value).toBeLessThan(0.8 * 64 * Math.log(17));
      await model.release();
    },
  );
});

describe("settings that do not go together are refused", () => {
  const grey = { ...binary(4, 4), binary: false, levels: 256 };
  test.each([
    { given: { kernel: 4 }, data: binary(4, 4), problem: /kernel=4 has no centre/ },
    { given: { firstKernel: 6 }, data: binary(4, 4), problem: /firstKernel=6 has no centre/ },
    { given: { head: "binary" }, data: grey, problem: /--binarisation fixed/ },
    { given: { features: 32 }, data: colour(4, 4, 256), problem: /features=32 .* multiple of 3/ },
    { given: { conditional: true }, data: binary(4, 4), problem: /needs labelled images/ },
  ])("$given", ({ given, data, problem }) => {
    const build = () => pixelcnn.build(parse(given), data);
    expect(build).toThrow(ConfigError);
    expect(build).toThrow(problem);
  });
});
