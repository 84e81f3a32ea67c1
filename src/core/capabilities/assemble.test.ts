import { describe, expect, test } from "vitest";
import { stream } from "../../runtime/random.js";
import type { PatchPlaces } from "../capability.js";
import type { LoadedModel } from "../loaded-model.js";
import { choosePlaces, shuffledPatches } from "./assemble.js";

const K = 4;

/** As much of a model as chooses places: four patches of one pixel, and four places. */
function assembler(puzzle: boolean): LoadedModel {
  const places: PatchPlaces = { patches: K, side: [1, 1], tops: [0, 1], lefts: [0, 1], puzzle };
  const known = {
    definition: { id: "toy" },
    data: { channels: 1, height: 2, width: 2 },
    model: { capabilities: { assemble: { places } } },
  };
  return known as unknown as LoadedModel;
}

/** Logarithms of random probabilities: [count, K, K] */
function logProbsOf(count: number, seed: number): Float32Array {
  const logits = new Float64Array(count * K * K);
  stream(seed, "logits").normal(logits);
  return Float32Array.from(logits, (logit, at) => {
    const row = logits.subarray(at - (at % K), at - (at % K) + K);
    return logit - Math.log(row.reduce((sum, value) => sum + Math.exp(value), 0));
  });
}

const permutations = (of: readonly number[]): number[][] =>
  of.length === 0
    ? [[]]
    : of.flatMap((first) =>
        permutations(of.filter((other) => other !== first)).map((rest) => [first, ...rest]),
      );

describe("places", () => {
  test("of key patches are at temperature 0 the likeliest of each", () => {
    const logProbs = logProbsOf(20, 1);
    const found = choosePlaces(assembler(false), { logProbs }, { temperature: 0, seed: 9 });
    found.forEach((place, patch) => {
      const row = logProbs.subarray(patch * K, (patch + 1) * K);
      expect(row[place]).toBe(Math.max(...row));
    });
  });

  test("of key patches are drawn as often as they are likely", () => {
    const logProbs = logProbsOf(1, 2);
    const counts = new Float64Array(K * K);
    const draws = 4000;
    for (let seed = 0; seed < draws; seed++) {
      choosePlaces(assembler(false), { logProbs }, { seed }).forEach((place, patch) => {
        counts[patch * K + place]++;
      });
    }
    counts.forEach((count, at) => {
      const chance = Math.exp(logProbs[at]);
      const deviation = Math.sqrt((chance * (1 - chance)) / draws);
      expect(Math.abs(count / draws - chance)).toBeLessThan(5 * deviation);
    });
  });

  test("of a puzzle are the likeliest of all ways to give each piece its own", () => {
    const logProbs = logProbsOf(20, 3);
    const found = choosePlaces(assembler(true), { logProbs }, { temperature: 0 });
    const likelihood = (image: number, places: ArrayLike<number>) =>
      Array.from(places).reduce(
        (sum, place, piece) => sum + logProbs[(image * K + piece) * K + place],
        0,
      );
    for (let image = 0; image < 20; image++) {
      const best = Math.max(
        ...permutations([0, 1, 2, 3]).map((places) => likelihood(image, places)),
      );
      const own = found.subarray(image * K, (image + 1) * K);
      expect(new Set(own).size).toBe(K);
      expect(likelihood(image, own)).toBeCloseTo(best, 5);
    }
  });

  test("drawn in a puzzle are never taken twice, and differ by the seed", () => {
    const logProbs = logProbsOf(30, 4);
    const drawn = [1, 2].map((seed) => choosePlaces(assembler(true), { logProbs }, { seed }));
    for (const places of drawn) {
      for (let image = 0; image < 30; image++) {
        expect(new Set(places.subarray(image * K, (image + 1) * K)).size).toBe(K);
      }
    }
    expect(drawn[0]).not.toEqual(drawn[1]);
  });
});

test("shuffled patches keep their places, and no order is likelier than another", () => {
  const count = 600;
  const values = Float32Array.from({ length: count * K }, (_, at) => at);
  const places = Int32Array.from({ length: count * K }, (_, at) => at % K);
  const shuffled = shuffledPatches(assembler(true), { count, values, places }, 5);
  const firsts = new Float64Array(K);
  for (let image = 0; image < count; image++) {
    const own = Array.from({ length: K }, (_, at) => shuffled.values[image * K + at]);
    expect(own.map((value) => value - image * K)).toEqual([
      ...shuffled.places.subarray(image * K, (image + 1) * K),
    ]);
    expect([...own].sort((a, b) => a - b)).toEqual([...values.subarray(image * K, image * K + K)]);
    firsts[shuffled.places[image * K]]++;
  }
  const deviation = Math.sqrt((1 / K) * (1 - 1 / K) * count);
  for (const first of firsts) expect(Math.abs(first - count / K)).toBeLessThan(5 * deviation);
});
