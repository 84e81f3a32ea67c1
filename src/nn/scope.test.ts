import { describe, expect, test } from "vitest";
import { input } from "../tensor/index.js";
import { ones, zeros } from "./initialisers.js";
import { placeOf, type Scope, trace, Variables, type VariableType } from "./scope.js";

describe("trace", () => {
  test("knows variables by path, however often and in whichever mode a model is traced", () => {
    const variables = new Variables();
    const build = (scope: Scope) => [
      scope.child("encoder").child("hidden").parameter("weight", [2, 3], zeros),
      scope.child("encoder").buffer("count", [1], ones),
    ];
    const first = trace(variables, true, build).result;
    expect(trace(variables, false, build).result).toEqual(first);
    expect(variables.list().map(({ path, kind, shape }) => [path, kind, shape])).toEqual([
      ["encoder.hidden.weight", "parameter", [2, 3]],
      ["encoder.count", "buffer", [1]],
    ]);
    expect(first.map((tensor) => tensor.attributes)).toEqual([
      { name: "parameters.encoder.hidden.weight", source: { kind: "state" } },
      { name: "buffers.encoder.count", source: { kind: "state" } },
    ]);
  });

  test("refuses a path in use with another shape or kind", () => {
    const variables = new Variables();
    const declare = (shape: number[], kind: "parameter" | "buffer" = "parameter") =>
      trace(variables, true, (scope) => scope.child("a")[kind]("weight", shape, zeros));
    declare([2]);
    expect(() => declare([3])).toThrow(/"a.weight" of shape \[3\] is already.*\[2\]/);
    expect(() => declare([2], "buffer")).toThrow(/already a float32 parameter/);
  });

  test("refuses a parameter that is in use in another precision", () => {
    const variables = new Variables();
    const declare = (dtype?: VariableType) =>
      trace(variables, true, (scope) => scope.child("a").parameter("mean", [2], zeros, dtype));
    expect(declare("float64").result.dtype).toBe("float64");
    expect(declare("float64").result.shape).toEqual([2]);
    expect(() => declare()).toThrow(/float32 parameter "a.mean".*already a float64/);
  });

  test("groups parameters by their top-level scope", () => {
    expect(placeOf("parameter", "decoder.output.bias")).toEqual({
      group: "parameters.decoder",
      slot: "output.bias",
    });
    expect(placeOf("buffer", "a.b")).toEqual({ group: "buffers", slot: "a.b" });
    expect(() => placeOf("parameter", "weight")).toThrow(/within a named scope/);
  });

  test("names the noise of another pass apart and drops its updates", () => {
    const value = input("value", [1]);
    const layer = (scope: Scope) => {
      scope.update(scope.buffer("mean", [1], zeros), value);
      return scope.noise("mask", [1], "uniform");
    };
    const { result, updates } = trace(new Variables(), true, (scope) => {
      const judge = scope.child("judge");
      return [
        layer(judge),
        layer(judge.again("drawn")),
        layer(scope.again("third").child("judge")),
      ];
    });
    expect(result.map(({ attributes }) => (attributes as { name: string }).name)).toEqual([
      "noise.judge.mask",
      "noise.drawn:judge.mask",
      "noise.third:judge.mask",
    ]);
    expect(updates).toEqual({ "buffers.judge.mean": value });
    expect(() => trace(new Variables(), true, (scope) => [layer(scope), layer(scope)])).toThrow(
      /scope.again/,
    );
  });

  test("uses frozen networks as after training, within a training step", () => {
    const { result } = trace(new Variables(), true, (scope) => {
      const frozen = scope.child("judge").frozen();
      return [scope.training, frozen.training, frozen.child("layer").training];
    });
    expect(result).toEqual([true, false, false]);
    const value = input("value", [1]);
    expect(() =>
      trace(new Variables(), true, (scope) => {
        const frozen = scope.frozen().child("judge");
        frozen.update(frozen.buffer("mean", [1], zeros), value);
      }),
    ).toThrow(/training step/);
  });

  test("keeps memory apart from weights, for training steps alone", () => {
    const variables = new Variables();
    const value = input("value", [4]);
    const build = (scope: Scope) => {
      const pool = scope.child("pool").memory("images", [4], zeros);
      scope.update(pool, value);
      return pool;
    };
    const { updates } = trace(variables, true, build);
    expect(updates).toEqual({ "memory.pool.images": value });
    expect(variables.list().map(({ kind, path }) => [kind, path])).toEqual([
      ["memory", "pool.images"],
    ]);
    expect(() => trace(variables, false, build)).toThrow(/only for training steps/);
  });

  test("collects the updates of a training step, and refuses them elsewhere", () => {
    const value = input("value", [1]);
    const build = (scope: Scope) =>
      scope.update(scope.child("norm").buffer("running_mean", [1], zeros), value);
    expect(trace(new Variables(), true, build).updates).toEqual({
      "buffers.norm.running_mean": value,
    });
    expect(() => trace(new Variables(), false, build)).toThrow(/training step/);
  });

  test("draws a noise once a trace", () => {
    const once = (scope: Scope) => scope.child("z").noise("normal", ["B"], "normal");
    const { attributes } = trace(new Variables(), true, once).result;
    expect(attributes).toEqual({
      name: "noise.z.normal",
      source: { kind: "noise", distribution: "normal" },
    });
    expect(() => trace(new Variables(), true, (scope) => [once(scope), once(scope)])).toThrow(
      /"z.normal" is drawn twice/,
    );
  });
});
