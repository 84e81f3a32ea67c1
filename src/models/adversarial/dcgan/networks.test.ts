import { expect, test } from "vitest";
import { initialValues } from "../../../core/state.js";
import { trace, Variables } from "../../../nn/scope.js";
import { interpret } from "../../../runtime/interpreter/index.js";
import { stream } from "../../../runtime/random.js";
import { constant, type Tensor } from "../../../tensor/tensor.js";
import { DISCRIMINATOR, GENERATOR } from "../game/players.js";
import { dcganConfig } from "./config.js";
import { dcganPlayers } from "./networks.js";
import { settingsOf } from "./recipe.js";

const image = { channels: 1, height: 8, width: 12 };

const noise = (name: string, shape: readonly number[]): Tensor => {
  const values = new Float32Array(shape.reduce((a, b) => a * b, 1));
  stream(1, name).normal(values);
  return constant(values, shape);
};

/** What the players make of the same noise and images. */
function played(changes: object, change: (path: string, values: Float32Array) => void = () => {}) {
  const settings = settingsOf(dcganConfig.parse({ channels: [4, 6], latent: 5, ...changes }));
  const players = dcganPlayers(settings, image);
  const variables = new Variables();
  const { result } = trace(variables, false, (scope) => [
    players.generate(scope.child(GENERATOR), noise("z", [3, 5]), undefined),
    players.judge(scope.child(DISCRIMINATOR), noise("x", [3, 1, 8, 12]), undefined).outputs,
  ]);
  const weights = initialValues(variables.list(), 3) as Map<string, Float32Array>;
  for (const [path, values] of weights) change(path, values);
  for (const [path, values] of weights) change(path, values);
  return interpret(result, Object.fromEntries(weights)).map(({ data }) => Array.from(data, Number));
}

test.each(["modern", "2015"])("%s: residual blocks start as the identity", (recipe) => {
  expect(played({ recipe, blocks: 2 })).toEqual(played({ recipe }));
});

test("spectral normalisation has something to divide in every block", () => {
  const outputs = played({ spectral: true, blocks: 2 }).flat();
  expect(outputs.filter(Number.isFinite)).toHaveLength(outputs.length);
});

test.each([
  [GENERATOR, 0, ["refine0", "refine1"]],
  [DISCRIMINATOR, 1, ["refine1", "refine2"]],
])("what blocks of the %s learn changes what it does, at each size", (player, at, places) => {
  const plain = played({})[at];
  for (const place of places) {
    const learned = played({ blocks: 1 }, (path, values) => {
      if (path.includes(`.${player}.${place}.`) && path.includes(".conv2.")) values.fill(0.1);
    });
    expect(learned[at]).not.toEqual(plain);
    expect(learned[1 - at]).toEqual(played({})[1 - at]);
  }
});
