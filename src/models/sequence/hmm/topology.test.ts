import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { score } from "../../../core/capabilities/score.js";
import type { LoadedModel } from "../../../core/loaded-model.js";
import { readImages } from "../../../data/image-set.js";
import { openDevice } from "../../../runtime/device.js";
import type { Device } from "../../../runtime/program.js";
import {
  type Config,
  enumerate,
  expectClose,
  imagesOf,
  loadHmm,
  observationsOf,
  passOf,
  randomImages,
  randomValues,
  traitsOf,
  type Values,
} from "./hmm.testing.js";
import { posteriors, viterbi } from "./index.js";
import { allowedBy } from "./topology.js";

let device: Device;
beforeAll(async () => {
  device = await openDevice({ host: "inline" });
});
afterAll(() => device.close());

const [INITIAL, TRANSITIONS] = ["parameters.chain.initial", "parameters.chain.transitions"];

/** The values with logits of −10⁹ where a left-right chain cannot go. */
function masked(values: Values, states: number, jump: number): Values {
  const allowed = (from: number, to: number) => to >= from && (jump === 0 || to - from <= jump);
  return new Map([
    ...values,
    [INITIAL, Float32Array.from({ length: states }, (_, to) => (to === 0 ? 0 : -1e9))],
    [
      TRANSITIONS,
      (values.get(TRANSITIONS) as Float32Array).map((logit, at) =>
        allowed(Math.floor(at / states), at % states) ? logit : -1e9,
      ),
    ],
  ]);
}

const cases: readonly { config: Config; channels: number; levels?: number; jump: number }[] = [
  { config: { states: 3, emission: "bernoulli" }, channels: 1, levels: 2, jump: 0 },
  { config: { states: 3, emission: "discrete" }, channels: 1, levels: 3, jump: 1 },
  { config: { states: 3, emission: "gaussian", sequence: "columns" }, channels: 2, jump: 0 },
  { config: { states: 2, emission: "gaussian", sequence: "pixels" }, channels: 1, jump: 1 },
];

describe.each(cases)("left-right, against the sum over all paths: $config, jump $jump", (each) => {
  const { channels, levels, jump } = each;
  const config = { ...each.config, topology: "left-right", jump };
  const states = each.config.states as number;
  const images = randomImages(5, channels, levels);
  const data = traitsOf(images);
  const values = randomValues(config, data, 4, 1.5);
  const oracle = async () => {
    const { pixelsUnit } = await readImages(images);
    const size = channels * 9;
    return Array.from({ length: 5 }, (_, image) =>
      enumerate(
        masked(values, states, jump),
        levels ?? 0,
        observationsOf(config, data, pixelsUnit.subarray(image * size, (image + 1) * size)),
      ),
    );
  };
  let model: LoadedModel;
  beforeAll(async () => {
    model = await loadHmm(device, config, data, values);
  });
  afterAll(() => model.release());

  test("likelihood, posteriors and likeliest path", async () => {
    const exact = await oracle();
    const { perImage } = await score(model, images);
    expectClose(
      perImage,
      exact.map(({ probability }) => -Math.log(probability)),
      3,
    );
    const { probs } = await posteriors(model, images);
    expectClose(
      probs,
      exact.flatMap((one) => one.posteriors.flat()),
      4,
    );
    const { states: path } = await viterbi(model, images);
    expect(Array.from(path)).toEqual(exact.flatMap(({ best }) => best));
  });

  test("expected counts, after which what is not allowed is still impossible", async () => {
    const exact = await oracle();
    const { pixelsUnit } = await readImages(images);
    const { sums, values: fitted } = passOf({ ...config, smoothing: 0.5 }, data)(
      values,
      pixelsUnit,
      new Float32Array(5).fill(1),
    );
    const moves = exact[0].moves.map((row, from) =>
      row.map((_, to) => exact.reduce((sum, one) => sum + one.moves[from][to], 0)),
    );
    expectClose(sums.get("transitions"), moves.flat(), 4);
    const allowed = allowedBy({ states, topology: "left-right", jump });
    expect(fitted.has(INITIAL)).toBe(false);
    const transitions = Array.from(fitted.get(TRANSITIONS) as Float32Array, Math.exp);
    transitions.forEach((p, at) => {
      if (allowed?.[at] === true) expect(p).toBeGreaterThan(1e-3);
      else expect(p).toBeLessThan(1e-20);
    });
    for (let from = 0; from < states; from++) {
      const row = transitions.slice(from * states, (from + 1) * states);
      expect(row.reduce((sum, p) => sum + p)).toBeCloseTo(1, 6);
    }
  });
});

describe("a long sequence whose likeliest states would need a step back", () => {
  const side = 36;
  const shape = { channels: 1, height: side, width: side };
  // Bright first, dark at the end, with emissions so sharp that a step back would pay if it could be taken.
  const pixels = Float32Array.from({ length: side * side }, (_, at) => (at % 7 === 0 ? 0.9 : 0.1));
  const images = imagesOf(pixels, shape);
  const config = { states: 2, emission: "gaussian", sequence: "pixels", topology: "left-right" };
  const values: Values = new Map<string, Float32Array | Float64Array>([
    [TRANSITIONS, Float32Array.of(0, 0, 0, 0)],
    ["parameters.emission.mean", Float64Array.of(0.1, 0.9)],
    ["parameters.emission.logVar", Float64Array.of(-8, -8)],
  ]);

  test("has the likelihood of the plain recursion, in which there is none", async () => {
    const model = await loadHmm(device, config, traitsOf(images), values);
    const { perImage } = await score(model, images);
    await model.release();
    const logEmission = (state: number, x: number) =>
      -0.5 * ((x - [0.1, 0.9][state]) ** 2 * Math.exp(8) - 8 + Math.log(2 * Math.PI));
    const logAdd = (a: number, b: number) => {
      const most = Math.max(a, b);
      return most === Number.NEGATIVE_INFINITY
        ? most
        : most + Math.log(Math.exp(a - most) + Math.exp(b - most));
    };
    let [first, second] = [0, Number.NEGATIVE_INFINITY];
    pixels.forEach((x, step) => {
      if (step > 0) {
        [first, second] = [first - Math.LN2, logAdd(first - Math.LN2, second)];
      }
      first += logEmission(0, x);
      second += logEmission(1, x);
    });
    const exact = -logAdd(first, second);
    expect(Math.abs(perImage[0] / exact - 1)).toBeLessThan(1e-5);
  });
});
