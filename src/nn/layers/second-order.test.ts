import { describe, test } from "vitest";
import { checkGradientsAt } from "../../runtime/interpreter/gradient-check.testing.js";
import type { Tensor } from "../../tensor/index.js";
import { layersFixture, shortName, stateName, traced } from "../fixture.testing.js";
import { inputsOf, layerCases } from "./layer-cases.testing.js";

const layers = Object.keys(layerCases).filter((name) => !layerCases[name].indices);

describe("gradients of layers, and their gradients, agree with central differences in float64", () => {
  test.each(layers)("%s, in inputs and parameters", (name) => {
    const expected = layersFixture.layers[name];
    const layerCase = { ...layerCases[name], staticBatch: true };
    const { x, others } = inputsOf(expected, layerCase);
    const training = !layerCase.evaluating && !layerCase.heldConstant;
    const { result, variables } = traced(training, (scope) => layerCase.layer(scope, x, others));
    const values = { ...expected.variables, ...expected.updates };
    const learned = variables.filter(({ kind }) => kind === "parameter");
    const feeds = Object.fromEntries(
      [
        ["x", expected.x.data] as const,
        ...Object.entries(expected.others ?? {}).map(([other, { data }]) => [other, data] as const),
        ...variables.map(
          (variable) => [stateName(variable), values[shortName(variable)].data] as const,
        ),
      ].map(([input, data]) => [input, Float64Array.from(data)]),
    );
    const operands = [x, ...Object.values(others), ...learned.map(({ tensor }) => tensor)];
    checkGradientsAt({ result, operands: operands as Tensor<"input">[], feeds }, 7);
  });
});
