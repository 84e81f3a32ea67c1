import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { DataTraits } from "../../../core/batch.js";
import { STOPPED } from "../../../core/state.js";
import { type ArrayFixture, expectClose } from "../../../nn/fixture.testing.js";
import { interpret } from "../../../runtime/interpreter/index.js";
import { stream } from "../../../runtime/random.js";
import { argMax } from "../../../tensor/ops/reduction.js";
import { constant, input } from "../../../tensor/tensor.js";
import { type Arrays, expectStep, type StepFixture } from "../expect-step.testing.js";
import { cut } from "./cut.js";
import { puzzleGan } from "./index.js";
import { puzzleNetworks } from "./networks.js";
import { placesOf } from "./places.js";
import { logSinkhorn } from "./sinkhorn.js";

interface Case {
  readonly pixelsUnit: ArrayFixture;
  readonly noise: Arrays;
  readonly truth: ArrayFixture;
  readonly patches: ArrayFixture;
  readonly variables: Arrays;
  readonly generator: StepFixture;
  readonly discriminator: StepFixture;
}

/** What PyTorch computed in float64; see reference/puzzle_gan.py. */
interface Fixture {
  readonly progress: number;
  readonly key: Case;
  readonly puzzle: Case;
}

const fixture: Fixture = JSON.parse(
  readFileSync(new URL("../../../../reference/puzzle_gan.json", import.meta.url), "utf8"),
);
const small = {
  embedding: 4,
  part: [3, 4],
  layout: [4, 3],
  match: 3,
  rounds: 3,
  latent: 2,
  channels: [3, 4],
  discriminator: [3, 5],
  positions: 2,
  penalty: 0.7,
};
const data: DataTraits = {
  channels: 2,
  height: 8,
  width: 12,
  binary: false,
  levels: null,
  annotations: {},
};
const cases = [
  ["key patches", fixture.key, { ...small, patches: 2, side: 3 }],
  ["a puzzle", fixture.puzzle, { ...small, grid: 2, mismatch: 3 }],
] as const;

test.each(cases)("losses and gradients of %s are PyTorch's", (_, expected, settings) => {
  const config = puzzleGan.config.parse(settings);
  const [discriminator, generator] = puzzleGan.build(config, data).steps;
  const feeds = {
    pixelsUnit: expected.pixelsUnit.data,
    "noise.generator.z": expected.noise.z.data,
    "noise.generator.places": expected.noise.places.data,
    "noise.discriminator.pieces": expected.noise.pieces.data,
  };
  const clock = { ...STOPPED, progress: constant(fixture.progress) };
  expectStep(generator, data, feeds, expected.variables, expected.generator, clock);
  expectStep(discriminator, data, feeds, expected.variables, expected.discriminator, clock);
});

test.each(cases)("%s are cut where the reference cuts them", (_, expected, settings) => {
  const config = puzzleGan.config.parse(settings);
  const networks = puzzleNetworks(config as never, data, placesOf(config as never, data));
  const { patches, chosen } = cut(networks, input("pixelsUnit", expected.pixelsUnit.shape));
  const feeds = { pixelsUnit: expected.pixelsUnit.data };
  const [found, places] = interpret([patches, argMax(chosen, 2)], feeds);
  expect([...places.data]).toEqual(expected.truth.data);
  expectClose(found.data, expected.patches.data, 1e-12);
});

test("after Sinkhorn's operator no place is likely for two pieces at once", () => {
  const logits = new Float64Array(2 * 25);
  stream(1, "logits").normal(logits);
  const [{ data: logs }] = interpret([logSinkhorn(input("logits", [2, 5, 5]), 40)], { logits });
  for (let image = 0; image < 2; image++) {
    for (let at = 0; at < 5; at++) {
      const ofPiece = [0, 1, 2, 3, 4].map((place) => logs[image * 25 + at * 5 + place]);
      const ofPlace = [0, 1, 2, 3, 4].map((piece) => logs[image * 25 + piece * 5 + at]);
      for (const each of [ofPiece, ofPlace]) {
        expect(each.reduce((sum, log) => sum + Math.exp(log), 0)).toBeCloseTo(1, 9);
      }
    }
  }
});

test("images too small for patches, pieces or networks are refused before any work", () => {
  const build = (settings: Record<string, unknown>, shape = {}) =>
    puzzleGan.build(puzzleGan.config.parse({ ...small, ...settings }), { ...data, ...shape });
  expect(() => build({ side: 9 })).toThrow(
    /patches of 9×9 do not fit images of 8×12; set side from 2 to 8/,
  );
  expect(() => build({ side: 1 })).toThrow(/patches of 1×1 do not fit/);
  expect(() => build({ grid: 4 })).toThrow(/4 × 4 with erosion 1 leaves pieces of less than 2/);
  expect(() => build({ grid: 1 })).toThrow(/no puzzle/);
  expect(() => build({ layout: [4, 4, 4, 4, 4] })).toThrow(/list fewer layout/);
  expect(() => build({ discriminator: [4, 4, 4, 4] })).toThrow(/at most 3 of discriminator/);
  expect(() => build({ channels: [4, 4, 4, 4] })).toThrow(/list fewer channels/);
  expect(() => build({ objective: "wasserstein", penalty: 0 })).toThrow(/take a penalty/);
  expect(() => build({ side: 8 })).not.toThrow();
});

test("pieces of a grid lie in the middle of cells as large as fit", () => {
  const config = { ...puzzleGan.config.parse({ grid: 3 }) } as never;
  expect(placesOf(config, { channels: 1, height: 28, width: 64 })).toEqual({
    patches: 9,
    side: [7, 19],
    tops: [1, 10, 19],
    lefts: [1, 22, 43],
    puzzle: true,
  });
});
