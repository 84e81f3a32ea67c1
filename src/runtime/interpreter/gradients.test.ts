import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { gradientRules } from "../../tensor/gradients/index.js";
import { reachable } from "../../tensor/graph.js";
import { cases } from "./gradient-cases.testing.js";
import { checkGradients } from "./gradient-check.testing.js";

const RUNS = 15;
const covered = new Set<string>();

describe("gradients and their gradients agree with central differences in float64", () => {
  test.each(Object.entries(cases))("%s", (_, instances) => {
    fc.assert(
      fc.property(instances, fc.nat(), (instance, seed) => {
        const [value] = checkGradients(instance, seed);
        for (const { op } of reachable([value])) covered.add(op);
      }),
      { numRuns: RUNS, seed: 20240229 },
    );
  });

  test("covers every gradient rule", () => {
    expect(Object.keys(gradientRules).filter((op) => !covered.has(op))).toEqual([]);
  });
});
