import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { DataTraits } from "../../../core/batch.js";
import { type ArrayFixture, expectClose } from "../../../nn/fixture.testing.js";
import { trace, Variables } from "../../../nn/scope.js";
import { interpret } from "../../../runtime/interpreter/index.js";
import { input } from "../../../tensor/tensor.js";
import { cyclegan } from "../cyclegan/index.js";
import { type Arrays, expectStep, type StepFixture } from "../expect-step.testing.js";
import { stargan } from "../stargan/index.js";
import { pooled } from "./image-pool.js";

/** What PyTorch computed in float64; see reference/translation.py. */
interface Fixture {
  readonly cycle: {
    readonly pixelsUnit: ArrayFixture;
    readonly variables: Arrays;
    readonly generators: StepFixture;
    readonly discriminators: StepFixture;
  };
  readonly star: Readonly<
    Record<
      keyof typeof starGames,
      {
        readonly pixelsUnit: ArrayFixture;
        readonly attributes: ArrayFixture;
        readonly order: ArrayFixture;
        readonly share: ArrayFixture;
        readonly variables: Arrays;
        readonly generator: StepFixture;
        readonly discriminator: StepFixture;
      }
    >
  >;
  readonly pool: {
    readonly size: number;
    readonly steps: readonly Readonly<
      Record<"drawn" | "exchange" | "place" | "shown", ArrayFixture>
    >[];
  };
}

const fixture: Fixture = JSON.parse(
  readFileSync(new URL("../../../../reference/translation.json", import.meta.url), "utf8"),
);
const wasserstein = {
  objective: "wasserstein",
  penalty: "one-centred",
  penaltyWeight: 10,
  output: "change",
  reconstruction: 10,
};
/** Settings of stargan for each game of the fixture. */
const starGames = {
  published: { ...wasserstein, recognition: "auxiliary" },
  projection: wasserstein,
  default: {},
};
const networks = { channels: [3, 4], blocks: 1, patches: [3, 5] };
const traitsOf = ({ shape }: ArrayFixture, annotations: DataTraits["annotations"]): DataTraits => {
  const [, channels, height, width] = shape;
  return { channels, height, width, binary: false, levels: null, annotations };
};

test("losses and gradients of cyclegan are PyTorch's", () => {
  const { pixelsUnit, variables, generators, discriminators } = fixture.cycle;
  const data = traitsOf(pixelsUnit, { class: { names: ["first", "second"] } });
  const { steps } = cyclegan.build(cyclegan.config.parse({ ...networks, pool: 4 }), data);
  const feeds = {
    pixelsUnit: pixelsUnit.data,
    "noise.pools.0.exchange": [0, 0],
    "noise.pools.0.place": [0, 0],
    "noise.pools.1.exchange": [0, 0],
    "noise.pools.1.place": [0, 0],
  };
  expectStep(steps[0], data, feeds, variables, generators);
  expectStep(steps[1], data, feeds, variables, discriminators);
});

test.each(Object.keys(starGames) as (keyof typeof starGames)[])(
  "losses and gradients of stargan's %s game are PyTorch's, with its penalty on the gradient",
  (game) => {
    const { pixelsUnit, attributes, order, share, variables, ...steps } = fixture.star[game];
    const data = traitsOf(pixelsUnit, { attributes: { names: ["a", "b", "c"] } });
    const config = stargan.config.parse({ ...networks, ...starGames[game] });
    const [discriminator, generator] = stargan.build(config, data).steps;
    const feeds = {
      pixelsUnit: pixelsUnit.data,
      attributes: attributes.data,
      "noise.generator.order": order.data,
      "noise.discriminator.share": share.data,
    };
    expectStep(discriminator, data, feeds, variables, steps.discriminator);
    expectStep(generator, data, feeds, variables, steps.generator);
  },
);

test("a pool shows what the reference implementation shows, batch after batch", () => {
  const { size, steps } = fixture.pool;
  const [{ drawn: first }] = steps;
  const variables = new Variables();
  const { result, updates } = trace(variables, true, (scope) =>
    pooled(scope.child("pool"), input("drawn", first.shape), size),
  );
  let state: Record<string, ArrayLike<number>> = {
    "memory.pool.images": new Float64Array(size * 4),
    "memory.pool.filled": [0],
  };
  for (const { drawn, exchange, place, shown } of steps) {
    const names = Object.keys(updates);
    const [found, ...next] = interpret([result, ...names.map((name) => updates[name])], {
      ...state,
      drawn: drawn.data,
      "noise.pool.exchange": exchange.data,
      "noise.pool.place": place.data,
    });
    expectClose(found.data, shown.data);
    state = Object.fromEntries(names.map((name, at) => [name, next[at].data]));
  }
  expect(steps.length * first.shape[0]).toBeGreaterThan(size);
});

test("discriminators that would see nothing are refused", () => {
  const annotations = { class: { names: ["a", "b"] } };
  const traits = { channels: 1, height: 8, width: 8, binary: false, levels: 17, annotations };
  const settings = (patches: readonly number[]) => ({ channels: [4, 4], blocks: 1, patches });
  const cycle = (...patches: number[]) =>
    cyclegan.build(cyclegan.config.parse(settings(patches)), traits);
  const star = (...patches: number[]) =>
    stargan.build(stargan.config.parse(settings(patches)), traits);
  expect(() => cycle(4, 4)).not.toThrow();
  // Normalised over a single position, an image's features are all 0.
  expect(() => cycle(4, 4, 4)).toThrow(/list at most 2 patches/);
  expect(() => star(4, 4, 4)).not.toThrow();
  expect(() => star(4, 4, 4, 4)).toThrow(/list at most 3 patches/);
});
