import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { classLabels } from "../../src/core/annotations.js";
import { chain } from "../../src/core/capabilities/chain.js";
import { decode, encode, reconstruct } from "../../src/core/capabilities/codes.js";
import { complete } from "../../src/core/capabilities/complete.js";
import { corruptImages, denoise } from "../../src/core/capabilities/denoise.js";
import { sample } from "../../src/core/capabilities/sample.js";
import { score } from "../../src/core/capabilities/score.js";
import { parseConfig } from "../../src/core/config.js";
import { ConfigError } from "../../src/core/errors.js";
import { type Images, inMemory } from "../../src/core/images.js";
import { type LoadedModel, loadModel } from "../../src/core/loaded-model.js";
import { initialValues, variablesOf } from "../../src/core/state.js";
import { captionAnnotation } from "../../src/core/text.js";
import { arraySet, type ImageSet, readImages, subset } from "../../src/data/image-set.js";
import { ddpm } from "../../src/models/diffusion/ddpm/index.js";
import { openDevice } from "../../src/runtime/device.js";
import type { Device } from "../../src/runtime/program.js";
import { stream } from "../../src/runtime/random.js";
import { independentNll } from "./independent-nll.js";
import {
  drawLabelled,
  drawPatterns,
  everyPattern,
  patternCrossEntropy,
  patternEntropy,
  patternLogProbs,
} from "./patterns.js";
import { trainSmall } from "./train-small.js";

let device: Device;
beforeAll(async () => {
  device = await openDevice({ host: "inline" });
});
afterAll(() => device.close());

/** A network for 3×3 pixels that learns in seconds. */
const SMALL = { patch: 1, multipliers: [1], attention: [], blocks: 1, channels: 16, steps: 60 };

const CAPTIONS = ["the upper row", "the middle row", "the lower row", "the left column"];

/** Mean of log p(image | pattern), each pixel rounded. */
function meanLogProb({ pixelsUnit, count }: Images, pattern: number): number {
  let sum = 0;
  for (let image = 0; image < count; image++) {
    const bits = pixelsUnit.subarray(image * 9, image * 9 + 9);
    const number = bits.reduce((total, value, at) => total + (value > 0.5 ? 2 ** at : 0), 0);
    sum += patternLogProbs[pattern][number];
  }
  return sum / count;
}

describe("trained on four patterns whose probabilities are known", () => {
  let images: ImageSet;
  let model: LoadedModel;
  beforeAll(async () => {
    images = await drawLabelled(2000);
    const config = { ...SMALL, conditional: true };
    model = await trainSmall({ definition: ddpm, device, images, config, steps: 300 });
  }, 120_000);
  afterAll(() => model.release());

  const drawn = (pattern: number, options: Record<string, unknown>) =>
    sample(model, { count: 100, condition: { class: [pattern] }, options });

  test("images of a class show its pattern, and guidance exaggerates it", async () => {
    for (const pattern of [0, 3]) {
      const [ignored, plain, guided] = [
        meanLogProb(await drawn(pattern, { guidance: 0 }), pattern),
        meanLogProb(await drawn(pattern, {}), pattern),
        meanLogProb(await drawn(pattern, { guidance: 3 }), pattern),
      ];
      expect(plain).toBeGreaterThan(ignored + 2);
      expect(guided).toBeGreaterThan(plain);
    }
  });

  test("guidance 1 is no guidance, bit for bit, and at 0 the class decides nothing", async () => {
    const drawn = (label: number, options: Record<string, unknown>) =>
      sample(model, { count: 4, seed: 5, condition: { class: [label] }, options });
    expect(await drawn(2, { guidance: 1 })).toEqual(await drawn(2, {}));
    expect(await drawn(2, { guidance: 0 })).toEqual(await drawn(1, { guidance: 0 }));
    expect(await drawn(2, { guidance: 2 })).not.toEqual(await drawn(2, {}));
  });

  test("guidance acts between its noise levels alone", async () => {
    const drawn = (options: Record<string, unknown>) =>
      sample(model, { count: 4, seed: 5, condition: { class: [2] }, options });
    const plain = await drawn({});
    const guided = await drawn({ guidance: 3 });
    expect(await drawn({ guidance: 3, guidanceFrom: 1e5 })).toEqual(plain);
    expect(await drawn({ guidance: 3, guidanceTo: 1e5 })).toEqual(guided);
    const some = await drawn({ guidance: 3, guidanceFrom: 0.5, guidanceTo: 2 });
    expect(some).not.toEqual(plain);
    expect(some).not.toEqual(guided);
    await expect(drawn({ guidance: 3, guidanceFrom: 2, guidanceTo: 1 })).rejects.toThrow(
      "guidanceTo=1 is below guidanceFrom=2",
    );
  });

  test("images come back from the noise that they are encoded as", async () => {
    const some = subset(images, [0, 1, 2, 3, 4, 5, 6, 7]);
    const codes = await encode(model, some);
    expect(codes.length).toBe(9);
    const originals = await readImages(some);
    for (const { pixelsUnit } of [await decode(model, codes), await reconstruct(model, some)]) {
      pixelsUnit.forEach((value, at) => {
        expect(Math.abs(value - originals.pixelsUnit[at])).toBeLessThan(0.05);
      });
    }
  });

  test("the further images go towards noise before they are drawn again, the less is left of them", async () => {
    const some = subset(
      images,
      Array.from({ length: 40 }, (_, at) => at),
    );
    const originals = await readImages(some);
    const distance = async (from: number) => {
      const { pixelsUnit } = await reconstruct(model, some, { options: { from }, seed: 2 });
      return pixelsUnit.reduce(
        (sum, value, at) => sum + (value - originals.pixelsUnit[at]) ** 2,
        0,
      );
    };
    const [near, middle, far] = [await distance(0.05), await distance(0.6), await distance(1)];
    expect(near).toBeLessThan(0.2 * middle);
    expect(middle).toBeLessThan(far);
    const again = { options: { from: 0.6 }, seed: 2 };
    const together = await reconstruct(model, some, again);
    const apart = await reconstruct(model, some, { ...again, batchSize: 7 });
    apart.pixelsUnit.forEach((value, at) => {
      expect(value).toBeCloseTo(together.pixelsUnit[at], 4);
    });
    await expect(reconstruct(model, some, { options: { from: 2 } })).rejects.toThrow("from");
    await expect(reconstruct(model, some, { options: { steps: 2 } })).rejects.toThrow("at least 4");
  });

  test("completions follow the given pixels", async () => {
    // Pattern 0 is the upper row, and pattern 3 the left column: the upper two rows tell them apart.
    const some = subset(images, [0, 3, 4, 7]);
    const known = Uint8Array.of(1, 1, 1, 1, 1, 1, 0, 0, 0);
    const { pixelsUnit } = await complete(model, some, { known, repeats: 10 });
    const lit = (image: number, pixel: number) => pixelsUnit[image * 9 + pixel];
    const meanOf = (images_: readonly number[], pixel: number) =>
      images_.reduce((sum, image) => sum + lit(image, pixel), 0) / images_.length;
    const rows = [0, 20].flatMap((first) => Array.from({ length: 10 }, (_, at) => first + at));
    const columns = [10, 30].flatMap((first) => Array.from({ length: 10 }, (_, at) => first + at));
    expect(meanOf(rows, 6)).toBeLessThan(0.3);
    expect(meanOf(columns, 6)).toBeGreaterThan(0.7);
  });

  test("a chain ends in an image, and one from an image begins with it", async () => {
    const strip = await chain(model, { count: 2, frames: 5, every: 4, seed: 1 });
    expect(strip.count).toBe(10);
    const last = strip.pixelsUnit.subarray(4 * 9, 5 * 9);
    const distance = last.reduce((sum, value) => sum + Math.min(value, 1 - value), 0) / 9;
    expect(distance).toBeLessThan(0.15);
    const start = await readImages(subset(images, [0, 1]));
    const away = await chain(model, { count: 2, frames: 3, every: 20, draw: true, start });
    expect(away.pixelsUnit.subarray(0, 9)).toEqual(start.pixelsUnit.subarray(0, 9));
    await expect(chain(model, { count: 1, frames: 7, every: 10 })).rejects.toThrow(
      "takes 60 steps",
    );
  });

  test("denoising brings images nearer", async () => {
    const some = subset(images, [0, 1, 2, 3, 4, 5, 6, 7]);
    const { pixelsUnit } = await readImages(some);
    const noisy = await corruptImages(model, some, { kind: "gaussian", level: 0.25 });
    const { annotations = {} } = some;
    const source = { ...inMemory(noisy.pixelsUnit, noisy.count), annotations };
    const denoised = await denoise(model, source, { sigma: 0.25 });
    const distance = (values: Float32Array) =>
      values.reduce((sum, value, at) => sum + (value - pixelsUnit[at]) ** 2, 0);
    expect(distance(denoised.pixelsUnit)).toBeLessThan(0.2 * distance(noisy.pixelsUnit));
    await expect(denoise(model, some, { sigma: 0 })).rejects.toThrow(ConfigError);
  });

  test("sampling stops between steps when it is told to", async () => {
    const stop = new AbortController();
    const shares: number[] = [];
    const drawn = sample(model, {
      count: 4,
      signal: stop.signal,
      options: { steps: 20 },
      onProgress(done) {
        shares.push(done);
        if (shares.length === 3) stop.abort(new Error("enough"));
      },
    });
    await expect(drawn).rejects.toThrow("enough");
    expect(shares.length).toBe(3);
  });
});

test("images of a caption show what it says, and more so with guidance; unknown words are named", async () => {
  const labelled = await drawLabelled(2000);
  const classes = labelled.annotations?.class?.values ?? new Int32Array();
  const captions = Array.from(classes, (pattern) => CAPTIONS[pattern]);
  const images = { ...labelled, annotations: { caption: captionAnnotation(captions) } };
  const config = { ...SMALL, captioned: true };
  const model = await trainSmall({ definition: ddpm, device, images, config, steps: 300 });
  const drawn = (pattern: number, guidance: number) =>
    sample(model, {
      count: 60,
      condition: { caption: [CAPTIONS[pattern]] },
      options: { guidance },
    });
  for (const pattern of [0, 3]) {
    const [ignored, plain, guided] = await Promise.all(
      [0, 1, 3].map(async (guidance) => meanLogProb(await drawn(pattern, guidance), pattern)),
    );
    expect(plain).toBeGreaterThan(ignored + 2);
    expect(guided).toBeGreaterThan(plain);
  }
  const ask = (caption: string) => sample(model, { count: 1, condition: { caption: [caption] } });
  await expect(ask("a diagonal row")).rejects.toThrow('"diagonal"');
  await expect(sample(model, { count: 1 })).rejects.toThrow("give one or more");
  await model.release();
}, 120_000);

test("the bound is above the entropy of the patterns and below what independent pixels reach", async () => {
  const images = await drawPatterns(2000);
  const model = await trainSmall({
    definition: ddpm,
    device,
    images,
    // Uniform weights of the image's error would leave little for the low levels, which the bound counts.
    config: { ...SMALL, steps: 21, prediction: "x0", gamma: 20 },
    steps: 500,
  });
  const { perImage, kind } = await score(model, everyPattern);
  expect(kind).toBe("bound");
  const mean = patternCrossEntropy(perImage);
  expect(mean).toBeGreaterThan(patternEntropy);
  expect(mean).toBeLessThan(await independentNll(images, images));
  await model.release();
}, 120_000);

describe("on grey pixels that are independent and normal, whose entropy is known", () => {
  const STD = 0.1;
  /** Of 256 levels, in nats. */
  const ENTROPY = 9 * (0.5 * Math.log(2 * Math.PI * Math.E * STD ** 2) + Math.log(255));
  const drawn = (seed: number, count: number) => {
    const pixels = new Float32Array(count * 9);
    stream(seed, "pixels").normal(pixels);
    const shape = { channels: 1, height: 3, width: 3, levels: 256 };
    const info = { name: "normal", source: "normal", split: "train", ...shape };
    return arraySet(
      info,
      Uint8Array.from(pixels, (value) => Math.round(255 * (0.5 + STD * value))),
    );
  };

  test("the ODE's estimate is near the entropy, and the bound of a learned variance above it", async () => {
    const config = { ...SMALL, variance: "learned", prediction: "x0", weighting: "edm" };
    const settings = { sigmaData: 0.2, schedule: "linear" };
    const model = await trainSmall({
      definition: ddpm,
      device,
      images: drawn(1, 2000),
      config: { ...config, ...settings },
      steps: 400,
    });
    const some = drawn(2, 60);
    const options = { estimator: "ode", steps: 40 };
    const estimate = await score(model, some, { options, samples: 2 });
    const bound = await score(model, some);
    expect(estimate.kind).toBe("estimate");
    expect(estimate.protocol.estimator).toContain("40 steps");
    expect(bound.kind).toBe("bound");
    // A bin that is wrong by half would show as 9 · ln 2 = 6.2 nats.
    expect(estimate.value).toBeGreaterThan(ENTROPY - 0.5);
    expect(estimate.value).toBeLessThan(ENTROPY + 4);
    expect(bound.value).toBeGreaterThan(estimate.value);
    expect(bound.value).toBeLessThan(ENTROPY + 12);
    const apart = await score(model, some, { options, samples: 2, batchSize: 33 });
    expect(apart.value).toBeCloseTo(estimate.value, 4);
    await model.release();
  }, 120_000);
});

const data = { channels: 1, height: 28, width: 28, binary: false, levels: 256, annotations: {} };
const black = inMemory(new Float32Array(28 * 28), 1);

/** A model with the weights that training begins with, of labelled images where it is conditional. */
function untrained(settings: Record<string, unknown>): Promise<LoadedModel> {
  const config = parseConfig(
    ddpm.config,
    { multipliers: [1], attention: [], channels: 8, blocks: 1, ...settings },
    "ddpm",
  );
  const annotations = config.conditional ? { class: { names: ["a", "b"] } } : {};
  const traits = { ...data, annotations };
  const values = initialValues(variablesOf(ddpm.build(config, traits), traits).list(), 1);
  return loadModel(ddpm, config, traits, device, values);
}

const built = (config: Record<string, unknown>) =>
  ddpm.build(parseConfig(ddpm.config, config, "ddpm"), data);

describe("settings that do not fit together are refused", () => {
  test.each([
    [{ multipliers: [1, 2, 2, 2] }, "28×28"],
    [{ patch: 3 }, "multiples of 6"],
    [{ attention: [3] }, "names level 3"],
    [{ schedule: "edm", zeroTerminalSnr: true }, "not edm"],
    [{ prediction: "eps", zeroTerminalSnr: true }, "noise alone"],
    [{ prediction: "eps", schedule: "flow" }, "noise alone"],
    [{ conditional: true }, "no labels"],
    [{ captioned: true }, "have none"],
    [{ network: "dit", patch: 3 }, "multiples of 3"],
    [{ variance: "learned", schedule: "edm" }, "linear or cosine, not edm"],
  ])("%j", (config, message) => {
    expect(() => built(config)).toThrow(ConfigError);
    expect(() => built(config)).toThrow(message);
  });

  test.each([
    [{ steps: 0 }, "steps: it takes integer"],
    [{ steps: 1001 }, "≤ 1000"],
    [{ sampler: "rk4" }, "dpmpp-2m"],
    [{ guidance: 2 }, "trained without"],
  ])("a sampler's %j", async (options, message) => {
    const model = await untrained({});
    await expect(sample(model, { count: 1, options })).rejects.toThrow(message);
    await model.release();
  });

  test.each([
    [{ sampler: "ddim" }, "sampler=ddim has no effect with from=0"],
    [{ spacing: "linear" }, "spacing=linear"],
    [{ rho: 3 }, "rho=3"],
    [{ eta: 1 }, "eta=1"],
    [{ churn: 2 }, "churn=2"],
    [{ guidance: 3 }, "guidance=3"],
    [{ guidanceFrom: 1 }, "guidanceFrom=1"],
    [{ clip: false }, "clip=false"],
  ])("%j of a reconstruction by the ODE", async (options, message) => {
    const model = await untrained({});
    const found = reconstruct(model, black, { options });
    await expect(found).rejects.toThrow(ConfigError);
    await expect(found).rejects.toThrow(message);
    await model.release();
  });

  test("guidance of a run that always knew the class", async () => {
    const model = await untrained({ conditional: true, dropCondition: 0 });
    const condition = { class: [1] };
    for (const guidance of [0, 3]) {
      const options = { guidance, steps: 1 };
      await expect(sample(model, { count: 1, condition, options })).rejects.toThrow(
        "train with dropCondition=0.1",
      );
      const source = { ...black, annotations: classLabels(Int32Array.of(1), ["a", "b"]) };
      await expect(
        reconstruct(model, source, { options: { ...options, from: 0.5 } }),
      ).rejects.toThrow("train with dropCondition=0.1");
    }
    const plain = await sample(model, { count: 1, condition, options: { guidance: 1, steps: 1 } });
    expect(plain.count).toBe(1);
    await model.release();
  });
});
