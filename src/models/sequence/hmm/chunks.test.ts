import { expect, test } from "vitest";
import { chunksOf, unrolledSteps } from "./chunks.js";

test.each([1025, 1026, 1089, 4095, 4096, 4097, 16_384, 65_535, 65_536])(
  "%i steps are divided without a rest, and as far as memory allows",
  (steps) => {
    for (const states of [1, 2, 20, 50, 100, 200]) {
      const numbers = states ** 3;
      const chunks = chunksOf(steps, numbers);
      expect(chunks).toBeDefined();
      const { lead, count, length } = chunks!;
      expect(lead + count * length).toBe(steps);
      expect(lead).toBeGreaterThanOrEqual(1);
      expect(lead).toBeLessThanOrEqual(length);
      expect(count).toBeGreaterThanOrEqual(1);
      expect(count * numbers).toBeLessThanOrEqual(2 ** 23);
      expect(unrolledSteps(steps, numbers)).toBe(Math.max(lead, count, length));
    }
    expect(unrolledSteps(steps, 20 ** 3)).toBeLessThanOrEqual(Math.sqrt(steps) + 3);
  },
);

test("short sequences, and those of which no chunk fits into memory, stay whole", () => {
  expect(chunksOf(1024, 20 ** 3)).toBeUndefined();
  expect(chunksOf(4096, 300 ** 3)).toBeUndefined();
  expect(unrolledSteps(4096, 300 ** 3)).toBe(4096);
});
