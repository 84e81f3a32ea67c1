import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ConfigError } from "../../src/core/errors.js";
import {
  census,
  codebookUse,
  countCodes,
  decode,
  detokenise,
  encode,
  type LoadedModel,
  reconstruct,
  score,
  tokenise,
} from "../../src/core/index.js";
import { binarise, type ImageSet, loadDataset, readImages } from "../../src/data/index.js";
import { dvae } from "../../src/models/index.js";
import { type Device, openDevice } from "../../src/runtime/index.js";
import { independentNll } from "./independent-nll.js";
import { drawPatterns, everyPattern, patternEntropy } from "./patterns.js";
import { trainSmall } from "./train-small.js";

let device: Device;
beforeAll(async () => {
  device = await openDevice({ host: "inline", device: "cpu" });
});
afterAll(() => device.close());

const meanOf = (values: ArrayLike<number>) =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

describe("a model of few tokens, whose likelihood can be summed", () => {
  let model: LoadedModel;
  let images: ImageSet;
  const CODES = 3;
  /** The grid of 3×3 images, halved once, is 2×2. */
  const TOKENS = 4;
  const ALL = CODES ** TOKENS;
  beforeAll(async () => {
    images = await drawPatterns(500);
    const config = { channels: [16], codes: CODES, embedding: 8, warmup: 0, annealing: 0 };
    model = await trainSmall({ definition: dvae, device, images, config, steps: 250 });
  });
  afterAll(() => model.release());

  /** −log Σ_z p(z) p(x | z) over every grid of tokens. */
  async function exactNll(set: ImageSet): Promise<Float64Array> {
    const values = Int32Array.from(
      { length: ALL * TOKENS },
      (_, at) => Math.floor(at / TOKENS / CODES ** (at % TOKENS)) % CODES,
    );
    const { pixelsUnit: probs } = await detokenise(model, { count: ALL, values });
    const { pixelsUnit, count } = await readImages(set);
    return Float64Array.from({ length: count }, (_, image) => {
      let density = 0;
      for (let grid = 0; grid < ALL; grid++) {
        let likelihood = 1 / ALL;
        for (let pixel = 0; pixel < 9; pixel++) {
          const p = probs[grid * 9 + pixel];
          likelihood *= pixelsUnit[image * 9 + pixel] === 1 ? p : 1 - p;
        }
        density += likelihood;
      }
      return -Math.log(density);
    });
  }

  test("the bound lies above the sum over all tokens, and the estimate reaches it", async () => {
    const exact = meanOf(await exactNll(images));
    const bound = await score(model, images);
    const estimate = await score(model, images, { samples: 300 });
    expect(bound.value).toBeGreaterThan(exact);
    expect(Math.abs(estimate.value - exact)).toBeLessThan(0.01);
    expect([bound.kind, estimate.kind]).toEqual(["bound", "estimate"]);
  });

  test("the probabilities of all images sum to 1, and it does not beat the entropy", async () => {
    const exact = await exactNll(everyPattern);
    expect(exact.reduce((sum, nats) => sum + Math.exp(-nats), 0)).toBeCloseTo(1, 4);
    expect(meanOf(await exactNll(images))).toBeGreaterThan(patternEntropy - 0.1);
  });
});

describe("learning gates on real digits", () => {
  let images: ImageSet;
  let held: ImageSet;
  beforeAll(async () => {
    const binarisation = { mode: "fixed", seed: 0 } as const;
    images = binarise(await loadDataset("digits"), binarisation);
    held = binarise(await loadDataset("digits", { split: "test" }), binarisation);
  });

  test.each([
    // From a temperature of 1, a training of 200 steps ends at a perplexity of 3 to 8, by chance.
    { quantiser: "gumbel", beta: 0.1, temperature: 4 },
    { quantiser: "vq", codes: 32 },
    { quantiser: "fsq", levels: [8, 4] },
  ])("$quantiser: tokens tell images apart", async (settings) => {
    const config = { channels: [16, 32], codes: 32, embedding: 8, ...settings };
    const model = await trainSmall({ definition: dvae, device, images, config, steps: 200 });
    const tokens = await tokenise(model, held);
    const rebuilt = await reconstruct(model, held);
    const { pixelsUnit } = await readImages(held);
    const nats =
      rebuilt.pixelsUnit.reduce((sum, p, at) => {
        const said = pixelsUnit[at] === 1 ? p : 1 - p;
        return sum - Math.log(Math.max(said, 1e-7));
      }, 0) / held.count;
    // A decoder without regard to its tokens cannot do better than independent pixels.
    expect(nats).toBeLessThan((await independentNll(images, held)) - 2);
    const use = codebookUse(countCodes(tokens.values, tokens.codes));
    expect(use.codebookPerplexity).toBeGreaterThan(6);
    expect(await census(model, held)).toEqual(use);
    const [codes, restored] = [await encode(model, held), await detokenise(model, tokens)];
    const decoded = await decode(model, codes);
    for (const [at, pixel] of restored.pixelsUnit.entries()) {
      expect(Math.abs(decoded.pixelsUnit[at] - pixel)).toBeLessThan(1e-5);
    }
    await model.release();
  });
});

test("the use of a codebook: equal shares of K codes have perplexity K", () => {
  const uses = countCodes([0, 0, 2, 2, 3, 3], 5);
  expect(codebookUse(uses)).toEqual({ codebookPerplexity: expect.closeTo(3, 12), deadCodes: 2 });
});

test("settings that cannot work are refused with the reason", () => {
  const data = {
    channels: 1,
    height: 8,
    width: 8,
    binary: false,
    levels: null,
    annotations: {},
  };
  const build = (config: object) => () => dvae.build(dvae.config.parse(config), data);
  expect(build({ channels: [2, 2, 2, 2] })).toThrow(/cannot be halved 4 times/);
  expect(build({ coldest: 2 })).toThrow(/give a lower coldest/);
  expect(build({ likelihood: "discretized-logistic" })).toThrow(/these are real numbers/);
  expect(build({ quantiser: "fsq", levels: [1000, 1000, 1000] })).toThrow(ConfigError);
});
