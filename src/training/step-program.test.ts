import { describe, expect, it } from "vitest";
import type { Step } from "../core/model.js";
import { variablesOf } from "../core/state.js";
import { constantValue } from "../nn/initialisers.js";
import { adam } from "../nn/optimizers/adam.js";
import { interpret } from "../runtime/interpreter/index.js";
import { inputsOf } from "../runtime/program.js";
import { add, mul, square } from "../tensor/ops/elementwise.js";
import { sum } from "../tensor/ops/reduction.js";
import { elementCount } from "../tensor/shape.js";
import { stepProgram } from "./step-program.js";

const SHAPES = { wide: { weight: [128, 128], bias: [3] }, narrow: { weight: [2, 3], bias: [3] } };

/** ½ Σ θ² of all parameters, whose gradient is θ. */
const step: Step = {
  name: "step",
  repeat: 1,
  trains: Object.keys(SHAPES),
  objective(scope, { pixelsUnit }) {
    const squares = Object.entries(SHAPES).flatMap(([child, parameters]) =>
      Object.entries(parameters).map(([name, shape]) =>
        sum(square(scope.child(child).parameter(name, shape, constantValue(0)))),
      ),
    );
    const total = squares.reduce((all, each) => add(all, each));
    return { loss: add(mul(sum(pixelsUnit, [1, 2, 3]), 0), mul(total, 0.5)), metrics: {} };
  },
};

describe("a training step", () => {
  const rule = { optimizer: adam(), clipNorm: 1, ema: 0.9 };
  const data = { channels: 1, height: 1, width: 1, binary: false, levels: null, classes: 0 };
  const variables = variablesOf({ steps: [step], capabilities: {} }, data);
  const program = stepProgram(step, variables, rule, data, 1);
  const states = ["parameters", "optimizer.gradients", "optimizer.squares", "ema"];

  it("moves large parameters one by one, and small ones as one vector", () => {
    const expected = states.flatMap((state) => [
      `${state}.wide.weight`,
      `${state}.wide.bias`,
      `${state}.narrow`,
    ]);
    expect(Object.keys(program.updates).sort()).toEqual(expected.sort());
  });

  it("moves both by the same rule, with the norm of both", () => {
    const feeds: Record<string, number[]> = {};
    for (const { attributes, shape } of inputsOf(program)) {
      const length = elementCount(shape as number[]);
      const { name } = attributes;
      feeds[name] = Array.from({ length }, (_, k) =>
        name === "pixelsUnit" ? 0 : Math.sin(k + 1) ** 2,
      );
    }
    // The model reads the parameters one by one.
    feeds["parameters.narrow"] = ["weight", "bias"].flatMap(
      (name) => feeds[`parameters.narrow.${name}`],
    );
    const pieces = ["wide.weight", "wide.bias", "narrow"];
    const norm = Math.hypot(...pieces.flatMap((piece) => feeds[`parameters.${piece}`]));
    const [stepSize, epsilon, weight] = [
      "optimizer.stepSize",
      "optimizer.epsilon",
      "ema.weight",
    ].map((name) => feeds[name][0]);
    const after = interpret(program.updates, feeds, {});
    for (const piece of pieces) {
      const [theta, gradients, squares, ema] = states.map((state) => feeds[`${state}.${piece}`]);
      const of = (state: string) => after[`${state}.${piece}`].data;
      theta.forEach((value, k) => {
        const gradient = value * Math.min(1, 1 / (norm + 1e-6));
        const m = 0.9 * gradients[k] + gradient;
        const v = 0.999 * squares[k] + gradient ** 2;
        const moved = value - (stepSize * m) / (Math.sqrt(v) + epsilon);
        expect(of("optimizer.gradients")[k]).toBeCloseTo(m, 12);
        expect(of("optimizer.squares")[k]).toBeCloseTo(v, 12);
        expect(of("parameters")[k]).toBeCloseTo(moved, 10);
        expect(of("ema")[k]).toBeCloseTo(ema[k] + weight * (moved - ema[k]), 10);
      });
    }
  });
});
