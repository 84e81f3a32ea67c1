import { expect, test } from "vitest";
import { filterTaps, type ResizeFilter } from "./resize.js";

const FILTERS: Readonly<Record<ResizeFilter, { support: number; weight(x: number): number }>> = {
  triangle: { support: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) },
  cubic: {
    support: 2,
    weight(signed) {
      const x = Math.abs(signed);
      if (x < 1) return 1.5 * x ** 3 - 2.5 * x ** 2 + 1;
      return x < 2 ? -0.5 * (x ** 3 - 5 * x ** 2 + 8 * x - 4) : 0;
    },
  },
};

/** [outputs][inputs] weights as `precompute_coeffs` of Pillow 12's Resample.c computes them. */
function pillowWeights(inputs: number, outputs: number, filter: ResizeFilter): number[][] {
  const scale = inputs / outputs;
  const filterScale = Math.max(1, scale);
  const support = FILTERS[filter].support * filterScale;
  return Array.from({ length: outputs }, (_, output) => {
    const centre = (output + 0.5) * scale;
    const first = Math.max(0, Math.trunc(centre - support + 0.5));
    const end = Math.min(inputs, Math.trunc(centre + support + 0.5));
    const weights = Array.from({ length: inputs }, (_, x) =>
      x >= first && x < end ? FILTERS[filter].weight((x - centre + 0.5) / filterScale) : 0,
    );
    const sum = weights.reduce((a, b) => a + b, 0);
    return weights.map((weight) => weight / sum);
  });
}

function ourWeights(inputs: number, outputs: number, filter: ResizeFilter): number[][] {
  const taps = filterTaps(inputs, { start: 0, length: inputs }, outputs, filter);
  return taps.map(({ first, weights }) => {
    const row = new Array<number>(inputs).fill(0);
    weights.forEach((weight, at) => {
      row[first + at] = weight;
    });
    return row;
  });
}

test.each(["triangle", "cubic"] as const)("%s weights are Pillow's at either size", (filter) => {
  for (const [inputs, outputs] of [
    [1, 3],
    [2, 4],
    [3, 7],
    [8, 9],
    [28, 299],
    [9, 8],
    [20, 9],
    [5, 5],
  ]) {
    const expected = pillowWeights(inputs, outputs, filter);
    ourWeights(inputs, outputs, filter).forEach((row, output) => {
      row.forEach((weight, x) => {
        expect(Math.abs(weight - expected[output][x])).toBeLessThan(1e-12);
      });
    });
  }
});

test("the cubic's outermost pixel of an enlargement weighs its neighbour negatively", () => {
  // Two pixels to four: the first centre is at 0.25, 0.25 and 1.25 from the pixels' centres.
  const [near, far] = [0.8671875, -0.0703125];
  const [first] = ourWeights(2, 4, "cubic");
  expect(first[0]).toBeCloseTo(near / (near + far), 12);
  expect(first[1]).toBeCloseTo(far / (near + far), 12);
});
