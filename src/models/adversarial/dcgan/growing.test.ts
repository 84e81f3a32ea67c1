import { expect, test } from "vitest";
import type { DataTraits } from "../../../core/batch.js";
import { ConfigError } from "../../../core/errors.js";
import { initialValues } from "../../../core/state.js";
import { expectClose } from "../../../nn/fixture.testing.js";
import { type Scope, trace, Variables } from "../../../nn/scope.js";
import { interpret } from "../../../runtime/interpreter/index.js";
import { stream } from "../../../runtime/random.js";
import { averagePool2d, upsampleNearest2d } from "../../../tensor/ops/pooling.js";
import { constant, type Tensor } from "../../../tensor/tensor.js";
import { DISCRIMINATOR, GENERATOR } from "../game/players.js";
import { dcganConfig } from "./config.js";
import { type Growth, growingPlayers } from "./growing.js";
import { dcgan } from "./index.js";
import { settingsOf } from "./recipe.js";

const image: DataTraits = {
  channels: 2,
  height: 20,
  width: 16,
  binary: false,
  levels: 256,
  annotations: {},
};
const config = dcganConfig.parse({ growing: true, channels: [4, 6], latent: 5 });
const settings = settingsOf(config);

const noise = (name: string, shape: readonly number[]): Tensor => {
  const values = new Float32Array(shape.reduce((a, b) => a * b, 1));
  stream(1, name).normal(values);
  return constant(values, shape);
};

/** What networks of some growth give, all from the same weights. */
function valuesAt(
  use: (scope: Scope, at: (growth: Growth) => ReturnType<typeof growingPlayers>) => Tensor[],
) {
  const variables = new Variables();
  const { result } = trace(variables, false, (scope) =>
    use(scope, (growth) => growingPlayers(settings, image, () => growth)),
  );
  const weights = initialValues(variables.list(), 3) as Map<string, Float32Array>;
  return interpret(result, Object.fromEntries(weights)).map(({ data }) => data);
}

const zero = constant(0);
const one = constant(1);
const z = noise("z", [3, 5]);

test("at α = 0 a growing generator is the smaller one, at α = 1 the larger one", () => {
  const drawn = valuesAt((scope, at) => {
    const generate = (growth: Growth) => at(growth).generate(scope.child(GENERATOR), z, undefined);
    return [
      generate([zero]),
      upsampleNearest2d(generate([]), 2),
      generate([1, zero]),
      upsampleNearest2d(generate([1]), 2),
      generate([one]),
      generate([1]),
      generate([one, one]),
      generate([1, 1]),
    ];
  });
  for (let pair = 0; pair < drawn.length; pair += 2) {
    expect([...drawn[pair]]).toEqual([...drawn[pair + 1]]);
  }
  // The networks differ, so the equalities say something.
  expect([...drawn[0]]).not.toEqual([...drawn[4]]);
  expect([...drawn[2]]).not.toEqual([...drawn[6]]);
});

test("at α = 0 a growing discriminator sees the smaller image, at α = 1 the larger one", () => {
  const [full, half] = [noise("full", [3, 2, 20, 16]), noise("half", [3, 2, 10, 8])];
  const halved = (x: Tensor) => averagePool2d(x, { kernel: 2, stride: 2 });
  const outputs = valuesAt((scope, at) => {
    const judge = (growth: Growth, pixels: Tensor) =>
      at(growth).judge(scope.child(DISCRIMINATOR), pixels, undefined).outputs;
    return [
      judge([zero], half),
      judge([], halved(half)),
      judge([1, zero], full),
      judge([1], halved(full)),
      judge([one], half),
      judge([1], half),
      judge([one, one], full),
      judge([1, 1], full),
    ];
  });
  for (let pair = 0; pair < outputs.length; pair += 2) {
    expectClose(outputs[pair], [...outputs[pair + 1]], 1e-6);
  }
  expect([...outputs[2]]).not.toEqual([...outputs[6]]);
});

test("the phases are the sizes, and each trains the same players", () => {
  const { phases, steps } = dcgan.build(config, image);
  expect(steps).toEqual([]);
  expect(phases?.map(({ name }) => name)).toEqual(["level 0", "level 1", "level 2"]);
  for (const phase of phases ?? []) {
    expect(phase.steps.map(({ trains }) => trains)).toEqual([[DISCRIMINATOR], [GENERATOR]]);
  }
});

test.each([
  [{ channels: [8] }, { height: 28, width: 28 }, /7·2² = 28/],
  [{ channels: [8, 8] }, { height: 36, width: 36 }, /would begin at 9×9/],
  [{ channels: [8, 8] }, { height: 8, width: 8 }, /too small/],
  [{ channels: [8, 8], recipe: "2015" }, { height: 28, width: 28 }, /recipe=modern/],
  [{ channels: [8, 8], spectral: true }, { height: 28, width: 28 }, /spectral/],
  [{ channels: [8, 8], blocks: 1 }, { height: 28, width: 28 }, /set blocks=0/],
] as const)("%j on %j is refused", (changes, size, message) => {
  const wrong = dcgan.config.parse({ growing: true, ...changes });
  const build = () => dcgan.build(wrong, { ...image, ...size });
  expect(build).toThrow(ConfigError);
  expect(build).toThrow(message);
});
