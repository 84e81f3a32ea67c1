import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sample } from "../../src/core/capabilities/sample.js";
import { score } from "../../src/core/capabilities/score.js";
import { parseConfig } from "../../src/core/config.js";
import { ConfigError } from "../../src/core/errors.js";
import { type LoadedModel, loadModel } from "../../src/core/loaded-model.js";
import { initialValues, variablesOf } from "../../src/core/state.js";
import type { ImageSet } from "../../src/data/image-set.js";
import { ddpm } from "../../src/models/diffusion/ddpm/index.js";
import { openDevice } from "../../src/runtime/device.js";
import type { Device } from "../../src/runtime/program.js";
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

describe("trained on four patterns whose probabilities are known", () => {
  let images: ImageSet;
  let model: LoadedModel;
  beforeAll(async () => {
    images = await drawLabelled(2000);
    const config = { ...SMALL, conditional: true };
    model = await trainSmall({ definition: ddpm, device, images, config, steps: 300 });
  }, 120_000);
  afterAll(() => model.release());

  /** Mean of log p(image | pattern) over images drawn of a pattern, each pixel rounded. */
  async function meanLogProb(pattern: number, options: Record<string, unknown>): Promise<number> {
    const condition = { class: [pattern] };
    const { pixelsUnit, count } = await sample(model, { count: 100, condition, options });
    let sum = 0;
    for (let image = 0; image < count; image++) {
      const bits = pixelsUnit.subarray(image * 9, image * 9 + 9);
      const number = bits.reduce((total, value, at) => total + (value > 0.5 ? 2 ** at : 0), 0);
      sum += patternLogProbs[pattern][number];
    }
    return sum / count;
  }

  test("images of a class show its pattern, and guidance exaggerates it", async () => {
    for (const pattern of [0, 3]) {
      const [ignored, plain, guided] = [
        await meanLogProb(pattern, { guidance: 0 }),
        await meanLogProb(pattern, {}),
        await meanLogProb(pattern, { guidance: 3 }),
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

test("the bound is above the entropy of the patterns and below what independent pixels reach", async () => {
  const images = await drawPatterns(2000);
  const model = await trainSmall({
    definition: ddpm,
    device,
    images,
    config: SMALL,
    steps: 400,
  });
  const { perImage, kind } = await score(model, everyPattern);
  expect(kind).toBe("bound");
  const mean = patternCrossEntropy(perImage);
  expect(mean).toBeGreaterThan(patternEntropy);
  expect(mean).toBeLessThan(await independentNll(images, images));
  await model.release();
}, 120_000);

const data = { channels: 1, height: 28, width: 28, binary: false, levels: 256, annotations: {} };
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
    const config = parseConfig(ddpm.config, { multipliers: [1], attention: [] }, "ddpm");
    const values = initialValues(variablesOf(ddpm.build(config, data), data).list(), 1);
    const model = await loadModel(ddpm, config, data, device, values);
    await expect(sample(model, { count: 1, options })).rejects.toThrow(message);
    await model.release();
  });
});
