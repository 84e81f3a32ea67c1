import { Matrix, SingularValueDecomposition } from "ml-matrix";
import { describe, expect, test } from "vitest";
import { stream } from "../../runtime/random.js";
import type { Features } from "../features.js";
import { principalComponents } from "./principal-components.js";
import { umap } from "./umap.js";

const COUNT = 90;
const WIDTH = 6;

/** Three clusters on axes of their own, 10 from the origin, with normal noise of the given sizes. */
function clusters(deviations: readonly number[]): Features {
  const values = new Float64Array(COUNT * WIDTH);
  stream(1, "features").normal(values);
  for (let at = 0; at < values.length; at++) {
    const [image, feature] = [Math.floor(at / WIDTH), at % WIDTH];
    values[at] = deviations[feature] * values[at] + (feature === image % 3 ? 10 : 0);
  }
  return { count: COUNT, width: WIDTH, values };
}

describe("principalComponents", () => {
  test("agrees with the singular value decomposition of ml-matrix", () => {
    const features = clusters([3, 1, 0.5, 0.2, 0.2, 0.2]);
    const { points, shares } = principalComponents(features);
    const centred = Matrix.from1DArray(COUNT, WIDTH, features.values).center("column");
    const svd = new SingularValueDecomposition(centred);
    const variances = svd.diagonal.map((value) => value ** 2);
    const total = variances.reduce((a, b) => a + b);
    for (const axis of [0, 1]) {
      expect(shares[axis]).toBeCloseTo(variances[axis] / total, 10);
      const direction = svd.rightSingularVectors.getColumn(axis);
      const largest = direction.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a));
      for (let image = 0; image < COUNT; image++) {
        const row = centred.getRow(image);
        const expected = row.reduce((sum, value, at) => sum + value * direction[at], 0);
        expect(points[2 * image + axis]).toBeCloseTo(Math.sign(largest) * expected, 8);
      }
    }
  });

  test("shows equal images at one place, without shares of a variance that is 0", () => {
    const { points, shares } = principalComponents({
      count: 3,
      width: 2,
      values: new Float64Array(6).fill(0.5),
    });
    expect(Array.from(points)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(shares).toEqual([0, 0]);
  });

  test("refuses features of one number", () => {
    const features = { count: 3, width: 1, values: Float64Array.of(1, 2, 3) };
    expect(() => principalComponents(features)).toThrow("at least 2 numbers");
  });
});

describe("umap", () => {
  const features = clusters([1, 1, 1, 1, 1, 1]);
  const options = { neighbours: 10, seed: 1 };

  test("keeps clusters apart: each image is nearest to one of its own", async () => {
    const { points } = await umap(features, options);
    for (let image = 0; image < COUNT; image++) {
      let [nearest, least] = [-1, Number.POSITIVE_INFINITY];
      for (let other = 0; other < COUNT; other++) {
        const [x, y] = [0, 1].map((axis) => points[2 * image + axis] - points[2 * other + axis]);
        const distance = Math.hypot(x, y);
        if (other !== image && distance < least) [nearest, least] = [other, distance];
      }
      expect(nearest % 3, `of image ${image}`).toBe(image % 3);
    }
  });

  test("is decided by the seed", async () => {
    const [first, again, other] = [
      await umap(features, options),
      await umap(features, options),
      await umap(features, { ...options, seed: 2 }),
    ];
    expect(again.points).toEqual(first.points);
    expect(other.points).not.toEqual(first.points);
  });

  test("ends when it is aborted", async () => {
    const controller = new AbortController();
    const placing = umap(features, {
      ...options,
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    await expect(placing).rejects.toThrow("aborted");
  });

  test("needs more images than neighbours", async () => {
    await expect(umap(features, { neighbours: COUNT })).rejects.toThrow("more images than 90");
  });
});
