import fc from "fast-check";
import * as t from "../../tensor/index.js";
import type { DifferentiableFunction, Domain } from "./gradient-check.testing.js";

/** A random function of one operator, with random options and random shapes, some of them symbolic. */
export type Case = fc.Arbitrary<DifferentiableFunction>;

export const REAL: Domain = [-2, 2];
export const POSITIVE: Domain = [0.3, 2];

export const dim = fc.constantFrom<t.Dim>(1, 2, 3, "B");
export const small = fc.integer({ min: 1, max: 3 });
export const batch = fc.constantFrom<t.Dim>(1, 2, "B");
export const shapeOf = (minLength: number, maxLength = 3) =>
  fc.array(dim, { minLength, maxLength });
export const staticShape = (minLength: number, maxLength = 3) =>
  fc.array(small, { minLength, maxLength }) as fc.Arbitrary<number[]>;
export const flag = fc.boolean();

/** Shapes that broadcast to a common one: some lack leading axes, some have axes of length 1. */
export const broadcastable = (count: number) =>
  shapeOf(0).chain((target) =>
    fc.array(
      fc
        .tuple(
          fc.integer({ min: 0, max: target.length }),
          fc.array(flag, { minLength: 3, maxLength: 3 }),
        )
        .map(([dropped, ones]) =>
          target.slice(dropped).map((length, axis): t.Dim => (ones[axis] ? 1 : length)),
        ),
      { minLength: count, maxLength: count },
    ),
  );

export const of = (
  shapes: readonly t.Shape[],
  apply: (...operands: t.Tensor[]) => t.Tensor,
  domain: Domain = REAL,
): DifferentiableFunction => ({
  shapes,
  domains: shapes.map(() => domain),
  apply: (operands) => apply(...operands),
});

export const unary = (apply: (x: t.Tensor) => t.Tensor, domain: Domain = REAL): Case =>
  shapeOf(0).map((shape) => of([shape], apply, domain));

export const binary = (
  apply: (a: t.Tensor, b: t.Tensor) => t.Tensor,
  left: Domain = REAL,
  right: Domain = left,
): Case => broadcastable(2).map((shapes) => ({ ...of(shapes, apply), domains: [left, right] }));

/** A shape and some of its axes, in any order and counted from either end. */
export const withAxes = shapeOf(1).chain((shape) =>
  fc.tuple(
    fc.constant(shape),
    fc
      .subarray(
        shape.map((_, axis) => axis),
        { minLength: 1 },
      )
      .chain((axes) => fc.tuple(...axes.map((axis) => fc.constantFrom(axis, axis - shape.length)))),
    flag,
  ),
);

export const withAxis = (shapes = shapeOf(1)) =>
  shapes.chain((shape) =>
    fc.tuple(fc.constant(shape), fc.integer({ min: -shape.length, max: shape.length - 1 })),
  );

export const reduction = (
  apply: (x: t.Tensor, axes: number[], keepDims: boolean) => t.Tensor,
): Case => withAxes.map(([shape, axes, keepDims]) => of([shape], (x) => apply(x, axes, keepDims)));

export const alongAxis = (apply: (x: t.Tensor, axis: number) => t.Tensor): Case =>
  withAxis().map(([shape, axis]) => of([shape], (x) => apply(x, axis)));

export const pair = (max: number, min = 1) =>
  fc.tuple(fc.integer({ min, max }), fc.integer({ min, max }));

const pads = (max: number) =>
  fc.tuple(...([0, 1, 2, 3] as const).map(() => fc.integer({ min: 0, max }))) as fc.Arbitrary<
    [number, number, number, number]
  >;

/** Options of a convolution, with a matching image and filters. */
export const convolution = fc
  .record({
    n: batch,
    groups: fc.integer({ min: 1, max: 2 }),
    inputs: fc.integer({ min: 1, max: 2 }),
    outputs: fc.integer({ min: 1, max: 2 }),
    kernel: pair(3),
    stride: pair(3),
    dilation: pair(2),
    padding: pads(2),
    extra: pair(3, 0),
  })
  .map(({ n, groups, inputs, outputs, kernel, extra, ...options }) => {
    const size = (axis: 0 | 1) =>
      Math.max(
        1,
        options.dilation[axis] * (kernel[axis] - 1) +
          1 -
          options.padding[axis] -
          options.padding[axis + 2],
      ) + extra[axis];
    return {
      image: [n, inputs * groups, size(0), size(1)] as t.Shape,
      filters: [outputs * groups, inputs, ...kernel] as t.Shape,
      options: { ...options, groups },
    };
  });

/** A transposed convolution, whose image is the result of a convolution. */
export const transposed = convolution.map(({ image, filters, options }) => {
  const forward = t.convolve2d(t.input("x", image), t.input("w", filters), options);
  const outputPadding = ([0, 1] as const).map((axis) => {
    const { dilation, padding, stride } = options;
    const size = image[axis + 2] as number;
    const span =
      size +
      padding[axis] +
      padding[axis + 2] -
      dilation[axis] * ((filters[axis + 2] as number) - 1) -
      1;
    return span % stride[axis];
  }) as unknown as [number, number];
  return { result: forward.shape, image, filters, options: { ...options, outputPadding } };
});

export const toAttributes = ({ stride, padding, dilation, groups }: Required<t.ConvOptions>) => ({
  strides: t.toPair(stride),
  pads: t.toPads(padding),
  dilations: t.toPair(dilation),
  groups,
});

export const toWindow = ({ kernel, stride = kernel, padding = 0 }: t.PoolOptions) => ({
  kernel: t.toPair(kernel),
  strides: t.toPair(stride),
  pads: t.toPads(padding),
});

export const pooling = (apply: (x: t.Tensor, options: t.PoolOptions) => t.Tensor): Case =>
  fc
    .record({
      n: batch,
      c: small,
      kernel: pair(3),
      stride: pair(3),
      border: pads(2),
      extra: pair(4, 0),
      sideBySide: flag,
    })
    .map(({ n, c, kernel, stride, border, extra, sideBySide }) => {
      const padding = border.map((width, side) =>
        Math.min(width, kernel[side % 2] - 1),
      ) as typeof border;
      const options = sideBySide ? { kernel } : { kernel, stride, padding };
      const shape = [n, c, kernel[0] + extra[0], kernel[1] + extra[1]];
      return of([shape], (x) => apply(x, options));
    });

export const images = fc.tuple(batch, small, small, small).map((shape): t.Shape => shape);

/** Integers in [0, length), as a constant of random shape. */
const indices = (length: number) =>
  staticShape(0, 2).chain((shape) =>
    fc
      .array(fc.integer({ min: 0, max: length - 1 }), {
        minLength: t.elementCount(shape),
        maxLength: t.elementCount(shape),
      })
      .map((values) => t.constant(values, shape, "int64")),
  );

/** A shape, one of its static axes, and constant indices for that axis. */
export const look = withAxis(staticShape(1)).chain(([shape, axis]) =>
  indices(shape.at(axis) as number).map((index) => ({
    shape,
    axis: axis < 0 ? axis + shape.length : axis,
    index,
  })),
);

/** Like `look`, for a batch, with indices of the operand's shape except along the axis. */
export const lookAlong = fc
  .record({
    n: batch,
    length: small,
    taken: small,
    values: fc.array(fc.nat(), { minLength: 3, maxLength: 3 }),
  })
  .map(({ n, length, taken, values }) => ({
    n,
    length,
    taken,
    index: t.broadcastTo(
      t.constant(
        values.slice(0, taken).map((value) => value % length),
        [taken],
        "int64",
      ),
      [n, taken],
    ),
  }));

export const rangesOf = (shape: t.Shape) =>
  fc.tuple(
    ...shape.map((length) =>
      typeof length === "string"
        ? fc.constant(null)
        : fc
            .record({
              a: fc.integer({ min: 0, max: length }),
              b: fc.integer({ min: 0, max: length }),
              step: fc.integer({ min: 1, max: 2 }),
              fromEnd: flag,
            })
            .map(({ a, b, step, fromEnd }) => {
              const [start, end] = [Math.min(a, b), Math.max(a, b)];
              return fromEnd && end > start && start > 0
                ? { start: start - length, end, step }
                : { start, end, step };
            }),
    ),
  ) as fc.Arbitrary<(t.Range | null)[]>;

export const mixed = fc.constantFrom<t.Dim>(1, 2, 5, "B");
