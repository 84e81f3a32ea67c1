import { describe, expect, test } from "vitest";
import { formatCount, subscript, superscript } from "./typography.js";

describe("formatted numbers", () => {
  test.each([
    [0n, "0"],
    [999n, "999"],
    [1_000n, "1,000"],
    [123_456_789n, "123,456,789"],
    [10n ** 14n, "100,000,000,000,000"],
    [10n ** 15n, "1.00 × 10¹⁵"],
    [2n ** 64n - 1n, "1.84 × 10¹⁹"],
    [2n ** 784n - 1n, "1.02 × 10²³⁶"],
  ])("%d", (value, text) => {
    expect(formatCount(value)).toBe(text);
  });

  test("a number with millions of digits is not written out", () => {
    expect(formatCount(256n ** 1_000_000n)).toMatch(/^\d\.\d\d × 10²⁴⁰⁸²³⁹$/);
  });

  test("indices and exponents", () => {
    expect(subscript(1024)).toBe("₁₀₂₄");
    expect(superscript(784)).toBe("⁷⁸⁴");
  });
});
