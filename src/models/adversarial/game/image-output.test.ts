import { expect, test } from "vitest";
import { initialValues } from "../../../core/state.js";
import { trace, Variables } from "../../../nn/scope.js";
import { interpret } from "../../../runtime/interpreter/index.js";
import { tanh } from "../../../tensor/ops/elementwise.js";
import { constant } from "../../../tensor/tensor.js";
import { dcganConfig } from "../dcgan/config.js";
import { growingPlayers } from "../dcgan/growing.js";
import { dcganPlayers } from "../dcgan/networks.js";
import { settingsOf } from "../dcgan/recipe.js";
import { type GanConfig, ganConfig } from "../gan/config.js";
import { ganPlayers } from "../gan/networks.js";
import type { Players } from "./players.js";

const image = { channels: 2, height: 8, width: 8 };
type Output = GanConfig["output"];
const small = { latent: 3, channels: [4] };

const games: readonly [string, (output: Output) => Players][] = [
  ["gan", (output) => ganPlayers(ganConfig.parse({ latent: 3, output }), image)],
  ["dcgan", (output) => dcganPlayers(settingsOf(dcganConfig.parse({ ...small, output })), image)],
  [
    "growing dcgan",
    (output) =>
      growingPlayers(settingsOf(dcganConfig.parse({ ...small, output })), image, () => [1]),
  ],
];

test.each(games)("%s: tanh bounds what a linear output leaves as it is", (_, players) => {
  const z = constant([9, -9, 9, -9, 9, -9], [2, 3]);
  const variables = new Variables();
  const { result } = trace(variables, false, (scope) => {
    const [bounded, free] = (["tanh", "linear"] as const).map((output) =>
      players(output).generate(scope, z, undefined),
    );
    return [bounded, tanh(free), free];
  });
  const weights = initialValues(variables.list(), 3) as Map<string, Float32Array>;
  const [bounded, expected, free] = interpret(result, Object.fromEntries(weights));
  expect([...bounded.data]).toEqual([...expected.data]);
  expect(Math.max(...free.data.map(Math.abs))).toBeGreaterThan(1);
});
