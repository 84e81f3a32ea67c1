import { describe, expect, test } from "vitest";
import type { Images } from "../core/images.js";
import { bestGaussianFilter, gaussianFilter } from "./gaussian-filter.js";
import { psnr } from "./psnr.js";
import { reference, uniforms } from "./reference.testing.js";

const size = { height: 9, width: 6 };

describe("a Gaussian filter", () => {
  test.each(Object.entries(reference.gaussianFilters))(
    "of standard deviation %s is SciPy's",
    (sigma, expected) => {
      const found = gaussianFilter(uniforms(17, 54), size, Number(sigma));
      expect(found).toHaveLength(54);
      found.forEach((value, at) => {
        expect(Math.abs(value - expected[at])).toBeLessThan(1e-12);
      });
    },
  );
});

/** A ramp across an image of 20×20, and the same with alternating errors of 0.2. */
const ramp: Images = {
  count: 1,
  channels: 1,
  height: 20,
  width: 20,
  pixelsUnit: Float32Array.from({ length: 400 }, (_, at) => 0.2 + (0.6 * (at % 20)) / 19),
};
const noisy: Images = {
  ...ramp,
  pixelsUnit: ramp.pixelsUnit.map(
    (value, at) => value + 0.2 * (-1) ** ((at % 20) + Math.floor(at / 20)),
  ),
};

describe("the best filter", () => {
  test("takes alternating errors off a ramp", () => {
    const { sigma, images } = bestGaussianFilter(noisy, ramp);
    expect(sigma).toBeGreaterThan(0.5);
    expect(psnr(images, ramp)).toBeGreaterThan(psnr(noisy, ramp) + 10);
  });

  test("leaves clean images nearly as they are", () => {
    expect(bestGaussianFilter(noisy, noisy).sigma).toBeLessThan(0.2);
  });
});

test("PSNR of errors of 0.2 everywhere is 20 log₁₀ 5 dB", () => {
  expect(psnr(noisy, ramp)).toBeCloseTo(20 * Math.log10(5), 5);
  expect(psnr(ramp, ramp)).toBe(Number.POSITIVE_INFINITY);
});
