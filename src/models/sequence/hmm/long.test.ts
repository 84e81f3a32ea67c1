import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { complete } from "../../../core/capabilities/complete.js";
import { sample } from "../../../core/capabilities/sample.js";
import { score } from "../../../core/capabilities/score.js";
import type { LoadedModel } from "../../../core/loaded-model.js";
import { fitInputs } from "../../../core/state.js";
import { trace, Variables } from "../../../nn/scope.js";
import { openDevice } from "../../../runtime/device.js";
import { interpret } from "../../../runtime/interpreter/index.js";
import type { Device } from "../../../runtime/program.js";
import { stream } from "../../../runtime/random.js";
import { reachable } from "../../../tensor/graph.js";
import { imagesOf, loadHmm, randomValues, traitsOf, type Values } from "./hmm.testing.js";
import { hmm, posteriors, viterbi } from "./index.js";

const STATES = 3;
const CONFIG = { states: STATES, emission: "bernoulli", sequence: "pixels" } as const;

let device: Device;
beforeAll(async () => {
  device = await openDevice({ device: "cpu", host: "inline" });
});
afterAll(() => device.close());

const logSumExp = (terms: readonly number[]) => {
  const most = Math.max(...terms);
  if (most === Number.NEGATIVE_INFINITY) return most;
  return most + Math.log(terms.reduce((sum, x) => sum + Math.exp(x - most), 0));
};

/** Forward, backward and Viterbi over one sequence of zeros and ones, in float64 logarithms. */
function oracle(values: Values, pixels: ArrayLike<number>) {
  const numbers = (name: string) => Array.from(values.get(`parameters.${name}`) as Float32Array);
  const normalised = (logits: number[]) => logits.map((x) => x - logSumExp(logits));
  const initial = normalised(numbers("chain.initial"));
  const moves = initial.map((_, from) =>
    normalised(numbers("chain.transitions").slice(from * STATES, (from + 1) * STATES)),
  );
  const logits = numbers("emission.logits");
  const emitted = Array.from(pixels, (x) =>
    logits.map((logit) => {
      const against = x === 1 ? -logit : logit;
      return -Math.max(against, 0) - Math.log1p(Math.exp(-Math.abs(against)));
    }),
  );
  const each = (value: (state: number) => number) => initial.map((_, state) => value(state));
  const forward = [each((z) => initial[z] + emitted[0][z])];
  let best = forward[0];
  for (let t = 1; t < emitted.length; t++) {
    forward.push(
      each((z) => emitted[t][z] + logSumExp(each((from) => forward[t - 1][from] + moves[from][z]))),
    );
    const before = best;
    best = each((z) => emitted[t][z] + Math.max(...each((from) => before[from] + moves[from][z])));
  }
  const backward = [each(() => 0)];
  for (let t = emitted.length - 1; t > 0; t--) {
    const after = backward[0];
    backward.unshift(
      each((z) => logSumExp(each((to) => moves[z][to] + emitted[t][to] + after[to]))),
    );
  }
  const logLikelihood = logSumExp(forward.at(-1)!);
  const posterior = forward.flatMap((row, t) =>
    row.map((p, z) => Math.exp(p + backward[t][z] - logLikelihood)),
  );
  /** [K, K] expected number of transitions */
  const moved = moves.flatMap((row, from) =>
    row.map((move, to) =>
      emitted.slice(1).reduce((sum, emission, t) => {
        const joint = forward[t][from] + move + emission[to] + backward[t + 1][to];
        return sum + Math.exp(joint - logLikelihood);
      }, 0),
    ),
  );
  /** log p of a path and the pixels. Several paths may be the likeliest. */
  const logJoint = (path: ArrayLike<number>) =>
    Array.from(path).reduce(
      (sum, z, t) => sum + emitted[t][z] + (t === 0 ? initial[z] : moves[path[t - 1]][z]),
      0,
    );
  return { logLikelihood, posterior, moved, logJoint, logBest: Math.max(...best) };
}

const furthestOf = (expected: readonly number[], found: ArrayLike<number>) =>
  expected.reduce((most, p, at) => Math.max(most, Math.abs(p - found[at])), 0);

function randomBits(count: number, seed: number): Float64Array {
  const bits = new Float64Array(count);
  stream(seed, "bits").uniform(bits);
  return bits.map((x) => Math.round(x));
}

/** The first that are divided, and others. */
describe.each([
  [32, 33, 0.1],
  [1, 1025, 0.1],
  [35, 31, 0],
  [64, 64, 0.1],
])("sequences of %i × %i pixels, smoothing %d", (height, width, smoothing) => {
  const steps = height * width;
  const shape = { channels: 1, height, width };
  const bits = randomBits(2 * steps, 1);
  const images = imagesOf(bits, shape, 2);
  const data = traitsOf(images);
  const values = randomValues(CONFIG, data, 3, 2);
  let model: LoadedModel;
  beforeAll(async () => {
    model = await loadHmm(device, { ...CONFIG, smoothing }, data, values);
  });
  afterAll(() => model.release());
  const expected = [0, 1].map((image) =>
    oracle(values, bits.subarray(image * steps, (image + 1) * steps)),
  );

  test("likelihood, posteriors and likeliest path are those of the plain recursions", async () => {
    const { perImage } = await score(model, images);
    const decoded = await posteriors(model, images);
    const paths = await viterbi(model, images);
    expected.forEach(({ logLikelihood, posterior, logJoint, logBest }, image) => {
      expect(Math.abs(perImage[image] / -logLikelihood - 1)).toBeLessThan(1e-6);
      const probs = decoded.probs.subarray(image * steps * STATES, (image + 1) * steps * STATES);
      expect(furthestOf(posterior, probs)).toBeLessThan(1e-4);
      const path = paths.states.subarray(image * steps, (image + 1) * steps);
      expect(Math.abs(logJoint(path) / logBest - 1)).toBeLessThan(1e-6);
    });
  });

  test("drawn images have the probabilities that they should, on average", async () => {
    // The mean of log p of drawn images is minus the entropy rate, whatever draws them; a chain that is
    // looked up wrongly draws less probable ones.
    const drawn = await sample(model, { count: 40, draw: true, seed: 1 });
    const again = imagesOf(Float64Array.from(drawn.pixelsUnit), shape, 2);
    const { value } = await score(model, again);
    const known = new Uint8Array(steps);
    const completed = await complete(model, again, { known, draw: true, seed: 2 });
    const other = await score(model, imagesOf(Float64Array.from(completed.pixelsUnit), shape, 2));
    expect(Math.abs(value - other.value) / steps).toBeLessThan(4 / Math.sqrt(40 * steps));
    expect(value / steps).toBeLessThan(Math.log(2));
  });
});

describe("zero probabilities and extreme emissions", () => {
  const shape = { channels: 1, height: 33, width: 33 };
  const steps = 33 * 33;
  const [never, sure] = [Number.NEGATIVE_INFINITY, 45];
  const runs = Float64Array.from({ length: steps }, (_, step) => Number(step % 363 < 300));
  // Zeros that the chain has to bear, by 1,080 nats within a chunk, as it could not come back from the state that likes them.
  const gap = Float64Array.from({ length: steps }, (_, step) => Number(step < 366 || step >= 390));
  const leftToRight = [0, 1, never, never, 0, 0, never, never, 0];

  test.each([
    ["left to right", runs, [0, never, never], leftToRight],
    [
      "left to right, through a gap",
      gap,
      [0, never, never],
      [0, 0, never, never, 0, never, 0, 0, 0],
    ],
    ["in a circle", runs, [0, 0, 0], [never, 0, never, never, never, 0, 0, never, never]],
    ["absorbing", runs, [0, 0, 0], [0, never, never, never, 0, never, never, never, 0]],
  ])("%s", async (_, bits, initial, transitions) => {
    const images = imagesOf(bits, shape, 2);
    const data = traitsOf(images);
    const values: Values = new Map([
      ["parameters.chain.initial", Float32Array.from(initial)],
      ["parameters.chain.transitions", Float32Array.from(transitions)],
      ["parameters.emission.logits", Float32Array.of(sure, -sure, 0.5)],
    ]);
    const expected = oracle(values, bits);
    await expect(loadHmm(device, CONFIG, data, values)).rejects.toThrow("smoothing=0");
    const model = await loadHmm(device, { ...CONFIG, smoothing: 0 }, data, values);
    const { perImage } = await score(model, images);
    // What float32 leaves of an image of tens of thousands of nats, unrolled or not.
    expect(Math.abs(perImage[0] / -expected.logLikelihood - 1)).toBeLessThan(1e-5);
    const { probs } = await posteriors(model, images);
    expect(furthestOf(expected.posterior, probs)).toBeLessThan(1e-3);
    const { states } = await viterbi(model, images);
    expect(Math.abs(expected.logJoint(states) / expected.logBest - 1)).toBeLessThan(1e-6);
    await model.release();
  });
});

test("the expected counts of a pass are those of the plain recursions", async () => {
  const shape = { channels: 1, height: 35, width: 31 };
  const steps = 35 * 31;
  const bits = randomBits(steps, 5);
  const data = traitsOf(imagesOf(bits, shape, 2));
  const values = randomValues(CONFIG, data, 6, 1);
  const { posterior, moved, logLikelihood } = oracle(values, bits);
  const { statistics } = hmm.build(hmm.config.parse(CONFIG), data).fit!.stages[0];
  const { result } = trace(new Variables(), false, (scope) => statistics(scope, fitInputs(data)));
  const feeds = { ...Object.fromEntries(values), pixelsUnit: bits, weights: [1] };
  const sums = interpret(result, feeds, { B: 1 });
  const close = (name: string, expected: readonly number[]) => {
    const found = Array.from(sums[name].data, Number);
    expect(found.length).toBe(expected.length);
    for (const [at, value] of found.entries()) {
      expect(Math.abs(value / expected[at] - 1)).toBeLessThan(1e-4);
    }
  };
  close("logLikelihood", [logLikelihood]);
  close("initial", posterior.slice(0, STATES));
  close("transitions", moved);
});

test("the graph of a long sequence grows with the root of its length", () => {
  const nodesOf = (height: number, width: number) => {
    const data = {
      ...traitsOf(imagesOf([0], { channels: 1, height: 1, width: 1 }, 2)),
      height,
      width,
    };
    const { fit } = hmm.build(hmm.config.parse(CONFIG), data);
    const { result } = trace(new Variables(), false, (scope) =>
      fit!.stages[0].statistics(scope, fitInputs(data)),
    );
    return reachable(Object.values(result)).length;
  };
  const [unrolled, long, longer] = [nodesOf(32, 32), nodesOf(64, 64), nodesOf(128, 128)];
  expect(long).toBeLessThan(unrolled);
  expect(longer / long).toBeLessThan(2.1);
});
