import { describe, expect, test } from "vitest";
import { interpret } from "../../runtime/interpreter/index.js";
import { input, reachable } from "../../tensor/index.js";
import { expectClose, fixture } from "../fixture.testing.js";
import type { Optimizer } from "../optimizer.js";
import { adam } from "./adam.js";
import { adamW } from "./adamw.js";
import { rmsProp } from "./rmsprop.js";
import { sgd } from "./sgd.js";

const rules: Record<string, (options?: object) => Optimizer> = { sgd, adam, adamW, rmsProp };
const { start, gradients, learningRates, cases } = fixture.optimizers;

/** One update as a graph over inputs of the given length. */
function build(rule: Optimizer, length: number) {
  const vector = (name: string) => input(name, [length]);
  const named = (names: readonly string[], make: (name: string) => ReturnType<typeof input>) =>
    Object.fromEntries(names.map((name) => [name, make(name)]));
  const scalars = named(Object.keys(rule.scalars(1, 0.1)), (name) => input(`scalar.${name}`, []));
  const moments = named(rule.moments, vector);
  const next = rule.update(vector("parameters"), vector("gradient"), moments, scalars);
  return { parameters: next.parameters, ...next.moments };
}

function run(rule: Optimizer, precision: "float64" | "declared"): number[][] {
  const outputs = build(rule, start.length);
  const zeros = rule.moments.map((name) => [name, start.map(() => 0)] as const);
  let state: Record<string, ArrayLike<number>> = {
    parameters: start,
    ...Object.fromEntries(zeros),
  };
  return gradients.map((gradient, index) => {
    const scalars = Object.entries(rule.scalars(index + 1, learningRates[index]));
    const feeds = {
      ...state,
      gradient,
      ...Object.fromEntries(scalars.map(([name, value]) => [`scalar.${name}`, [value]])),
    };
    const result = interpret(outputs, feeds, {}, { precision });
    state = Object.fromEntries(Object.entries(result).map(([name, { data }]) => [name, data]));
    return [...result.parameters.data];
  });
}

const listed = Object.entries(cases).flatMap(([name, variants]) =>
  variants.map(({ options, steps }) => [name, JSON.stringify(options), options, steps] as const),
);

describe("optimisers against torch.optim 1.13, five steps with a learning rate that changes", () => {
  test.each(listed)("%s %s", (name, _, options, steps) => {
    const rule = rules[name](options);
    expect(rule.name).toBe(name);
    run(rule, "float64").forEach((values, index) => {
      expectClose(values, steps[index], 1e-9, `step ${index + 1}`);
    });
    run(rule, "declared").forEach((values, index) => {
      expectClose(values, steps[index], 2e-6, `step ${index + 1} in float32`);
    });
  });

  test("take as few passes over the vector as they can", () => {
    const passes = (rule: Optimizer) =>
      reachable(Object.values(build(rule, 5))).filter(
        ({ inputs, shape }) => inputs.length > 0 && shape.length === 1,
      ).length;
    expect(passes(sgd())).toBe(2);
    expect(passes(sgd({ momentum: 0.9 }))).toBe(4);
    expect(passes(adam())).toBe(10);
    expect(passes(adamW())).toBe(11);
    expect(passes(rmsProp())).toBe(8);
  });

  test("leave parameters alone where the gradient is zero from the start", () => {
    for (const make of [sgd, adam, rmsProp]) {
      const rule = make();
      const feeds = Object.fromEntries([
        ["parameters", [2]],
        ["gradient", [0]],
        ...rule.moments.map((name) => [name, [0]]),
        ...Object.entries(rule.scalars(1, 0.1)).map(([name, value]) => [`scalar.${name}`, [value]]),
      ]);
      expect([...interpret(build(rule, 1), feeds).parameters.data]).toEqual([2]);
    }
  });

  test("nesterov needs momentum", () => {
    expect(() => sgd({ nesterov: true })).toThrow(/momentum/);
  });
});
