import { describe, expect, test } from "vitest";
import { chainParameters, jointParameters } from "./parameter-count.js";

/** Number of free parameters, by enumerating every context of every variable: k − 1 for each. */
function enumerated(variables: number, levels: number, order: number): bigint {
  let count = 0n;
  for (let variable = 0; variable < variables; variable++) {
    const contexts = new Set<string>();
    const total = levels ** variable;
    for (let image = 0; image < total; image++) {
      const digits = Array.from(
        { length: variable },
        (_, place) => Math.floor(image / levels ** place) % levels,
      );
      contexts.add(digits.slice(Math.max(0, variable - order)).join(","));
    }
    count += BigInt(contexts.size * (levels - 1));
  }
  return count;
}

describe("free parameters", () => {
  test("of chains agree with an enumeration of all contexts", () => {
    for (const levels of [2, 3, 4]) {
      for (let variables = 1; variables <= 6; variables++) {
        for (let order = 0; order < variables; order++) {
          const { value } = chainParameters(variables, levels, order);
          expect(value).toBe(enumerated(variables, levels, order));
        }
      }
    }
  });

  test("agree with the textbook cases: 2n − 1, n, kⁿ − 1", () => {
    expect(chainParameters(784, 2, 1).value).toBe(2n * 784n - 1n);
    expect(chainParameters(784, 2, 0).value).toBe(784n);
    expect(chainParameters(9, 3, 8).value).toBe(jointParameters(9, 3).value);
    expect(jointParameters(9, 2).value).toBe(511n);
    expect(jointParameters(784, 2).value).toBe(2n ** 784n - 1n);
  });

  test("have a formula that matches the number", () => {
    expect(jointParameters(9, 2).formula).toBe("2⁹ − 1");
    expect(chainParameters(64, 2, 1).formula).toBe("(2 − 1) + 63 · 2 · (2 − 1)");
    expect(chainParameters(64, 17, 2).formula).toBe("(17² − 1) + 62 · 17² · (17 − 1)");
    expect(chainParameters(64, 2, 0).formula).toBe("64 · (2 − 1)");
  });
});
