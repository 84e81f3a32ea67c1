import fc from "fast-check";
import { expect, test } from "vitest";
import * as t from "../../tensor/index.js";
import { interpret } from "./index.js";

const size = (min: number, max: number) => fc.integer({ min, max });

const convolutions = fc
  .record({
    x: fc.tuple(size(1, 2), size(1, 3), size(1, 4), size(1, 4)),
    outputs: size(1, 3),
    kernel: fc.tuple(size(1, 4), size(1, 4)),
    factor: fc.tuple(size(1, 3), size(1, 3)),
    shares: fc.tuple(size(0, 3), size(0, 3), size(0, 3), size(0, 3)),
  })
  .map(({ x, kernel, shares, ...others }) => ({
    ...others,
    x,
    kernel,
    padding: shares.map((share, side) => share % kernel[side % 2]) as [
      number,
      number,
      number,
      number,
    ],
  }))
  .filter(({ x, kernel, factor, padding }) =>
    [0, 1].every((axis) => {
      const side = x[axis + 2] * factor[axis] + padding[axis] + padding[axis + 2];
      return side >= kernel[axis];
    }),
  );

test("is the convolution of images whose pixels are repeated, with its gradients", () => {
  fc.assert(
    fc.property(convolutions, ({ x: shape, outputs, kernel, factor, padding }) => {
      const x = t.input("x", shape, "float64");
      const w = t.input("w", [outputs, shape[1], ...kernel], "float64");
      const elements = ({ shape: sizes }: t.Tensor) =>
        sizes.reduce<number>((product, each) => product * (each as number), 1);
      const feeds = Object.fromEntries(
        [x, w].map((each, at) => [
          at === 0 ? "x" : "w",
          Float64Array.from({ length: elements(each) }, (_, k) => Math.sin(1 + k * (at + 1.7))),
        ]),
      );
      const [found, wanted] = [
        t.convolveUpsampled2d(x, w, { factor, padding }),
        t.convolve2d(t.upsampleNearest2d(x, factor), w, { padding }),
      ].map((y) => {
        const weights = t.constant(
          Array.from({ length: elements(y) }, (_, k) => Math.cos(k)),
          y.shape as number[],
          "float64",
        );
        const gradients = t.grad(t.sum(t.mul(y, weights)), { x, w });
        return interpret([y, gradients.x, gradients.w], feeds);
      });
      wanted.forEach(({ shape: sizes, data }, which) => {
        expect(found[which].shape).toEqual(sizes);
        data.forEach((value, at) => {
          expect(found[which].data[at]).toBeCloseTo(Number(value), 10);
        });
      });
    }),
  );
});

test("refuses what it cannot do", () => {
  const [x, w] = [t.input("x", [1, 2, 4, 4]), t.input("w", [3, 2, 3, 3])];
  const refused = (options: t.UpsampledConvolutionOptions) => () =>
    t.convolveUpsampled2d(x, w, options);
  expect(refused({ factor: 1.5 })).toThrow(/positive integers/);
  expect(refused({ factor: 2, padding: 3 })).toThrow(/padding reaches the kernel/);
  expect(() => t.convolveUpsampled2d(x, t.input("w", [3, 4, 3, 3]), { factor: 2 })).toThrow(
    t.ShapeError,
  );
});
