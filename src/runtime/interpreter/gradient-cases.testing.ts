import fc from "fast-check";
import * as t from "../../tensor/index.js";
import {
  alongAxis,
  batch,
  binary,
  broadcastable,
  type Case,
  convolution,
  dim,
  flag,
  images,
  look,
  lookAlong,
  mixed,
  of,
  POSITIVE,
  pair,
  pooling,
  REAL,
  rangesOf,
  reduction,
  shapeOf,
  small,
  staticShape,
  toAttributes,
  toWindow,
  transposed,
  unary,
  withAxes,
  withAxis,
} from "./gradient-operands.testing.js";

/** A case for every operator that gradients flow through, and for some of their combinations. */
export const cases: Readonly<Record<string, Case>> = {
  neg: unary(t.neg),
  abs: unary(t.abs),
  exp: unary(t.exp),
  log: unary(t.log, POSITIVE),
  sqrt: unary(t.sqrt, POSITIVE),
  sin: unary(t.sin),
  cos: unary(t.cos),
  tanh: unary(t.tanh),
  sigmoid: unary(t.sigmoid),
  softplus: unary(t.softplus),
  relu: unary(t.relu),
  leakyRelu: unary((x) => t.leakyRelu(x, 0.2)),
  elu: unary((x) => t.elu(x, 0.7)),
  gelu: unary(t.gelu),
  silu: unary(t.silu),
  erf: unary(t.erf),
  square: unary(t.square),
  reciprocal: unary(t.reciprocal, POSITIVE),
  rsqrt: unary(t.rsqrt, POSITIVE),
  clip: unary((x) => t.clip(x, -0.7, 1.1)),
  sign: unary((x) => t.mul(x, t.sign(x))),
  floor: unary((x) => t.mul(x, t.floor(x))),
  round: unary((x) => t.mul(x, t.round(x))),
  cast: unary((x) => t.mul(x, t.cast(t.cast(x, "int32"), "float64"))),

  add: binary(t.add),
  sub: binary(t.sub),
  mul: binary(t.mul),
  div: binary(t.div, REAL, POSITIVE),
  pow: binary(t.pow, POSITIVE, REAL),
  "pow of a negative base": unary((x) => t.pow(x, 3)),
  maximum: binary(t.maximum),
  minimum: binary(t.minimum),
  where: broadcastable(3).map((shapes) => of(shapes, (c, a, b) => t.where(t.greater(c, 0), a, b))),
  comparisons: binary((a, b) =>
    t.where(
      t.or(t.and(t.less(a, b), t.lessEqual(a, 1)), t.not(t.notEqual(t.floor(a), t.floor(b)))),
      t.mul(a, b),
      t.where(t.greaterEqual(a, t.mul(b, 2)), a, t.exp(b)),
    ),
  ),

  sum: reduction(t.sum),
  mean: reduction(t.mean),
  max: reduction(t.max),
  min: reduction(t.min),
  variance: reduction(t.variance),
  logSumExp: reduction(t.logSumExp),
  logMeanExp: alongAxis(t.logMeanExp),
  softmax: alongAxis(t.softmax),
  "softmax of attention": fc
    .record({ leading: shapeOf(0, 2), shared: flag, transposeB: flag, m: dim, k: small, n: dim })
    .map(({ leading, shared, transposeB, m, k, n }) =>
      of(
        [
          [...leading, m, n],
          [...(shared ? [] : leading), ...(transposeB ? [k, n] : [n, k])],
        ],
        (scores, values) => t.matmul(t.softmax(scores, -1), values, { transposeB }),
      ),
    ),
  logSoftmax: alongAxis(t.logSoftmax),
  cumulativeSum: fc
    .tuple(withAxis(), flag, flag)
    .map(([[shape, axis], exclusive, reverse]) =>
      of([shape], (x) => t.cumulativeSum(t.square(x), axis, { exclusive, reverse })),
    ),
  argMax: alongAxis((x, axis) =>
    t.mul(t.cast(t.expandDims(t.argMax(x, axis), axis), "float64"), x),
  ),
  topKIndices: alongAxis((x, axis) => t.mul(t.takeAlong(x, t.topKIndices(x, 1, axis), axis), x)),
  axisSize: alongAxis((x, axis) => t.mul(x, t.axisSize(x, axis))),

  matmul: fc
    .record({
      leading: broadcastable(2),
      m: dim,
      k: dim,
      n: dim,
      transposeA: flag,
      transposeB: flag,
    })
    .map(({ leading: [a, b], m, k, n, transposeA, transposeB }) =>
      of(
        [
          [...a, ...(transposeA ? [k, m] : [m, k])],
          [...b, ...(transposeB ? [n, k] : [k, n])],
        ],
        (x, y) => t.matmul(x, y, { transposeA, transposeB }),
      ),
    ),
  convolve2d: convolution.map(({ image, filters, options }) =>
    of([image, filters], (x, w) => t.convolve2d(x, w, options)),
  ),
  convolveTransposed2d: transposed.map(({ result, filters, options }) =>
    of([result, filters], (x, w) => t.convolveTransposed2d(x, w, options)),
  ),
  convFilterGradient: transposed.map(({ result, image, filters, options }) =>
    of([image, result], (x, dy) =>
      t.convFilterGradient(x, dy, toAttributes(options), filters.slice(2) as [number, number]),
    ),
  ),
  maxPool2d: pooling(t.maxPool2d),
  maxPoolIndices: pooling((x, options) =>
    t.mul(t.maxPool2d(x, options), t.cast(t.maxPoolIndices(x, toWindow(options)), "float64")),
  ),
  averagePool2d: pooling(t.averagePool2d),
  upsampleNearest2d: fc
    .tuple(images, pair(3))
    .map(([shape, factor]) => of([shape], (x) => t.upsampleNearest2d(x, factor))),
  upsampleBilinear2d: fc
    .tuple(images, pair(3))
    .map(([shape, factor]) => of([shape], (x) => t.upsampleBilinear2d(x, factor))),

  reshape: shapeOf(1).map((shape) => of([shape], (x) => t.square(t.reshape(x, [-1, 1])))),
  transpose: shapeOf(1).chain((shape) =>
    fc
      .shuffledSubarray(
        shape.map((_, axis) => axis),
        { minLength: shape.length },
      )
      .map((order) => of([shape], (x) => t.square(t.transpose(x, order)))),
  ),
  broadcastTo: broadcastable(2).map(([shape, other]) => {
    const target = t.broadcastShapes(shape, other) as t.Shape;
    return of([shape], (x) => t.square(t.broadcastTo(x, target)));
  }),
  slice: fc
    .array(mixed, { minLength: 1, maxLength: 3 })
    .chain((shape) =>
      rangesOf(shape).map((ranges) => of([shape], (x) => t.square(t.slice(x, ranges)))),
    ),
  "overlapping slices": fc
    .array(fc.tuple(fc.nat(6), fc.nat(6)), { minLength: 1, maxLength: 4 })
    .map((ends) =>
      of([["B", 6]], (x) =>
        ends
          .map(([a, b]) => t.sliceAxis(x, 1, { start: Math.min(a, b), end: Math.max(a, b) }))
          .map((part, index) => t.sum(t.pow(part, index + 2)))
          .reduce(
            (total, part) => t.add(total, part),
            t.sum(t.square(t.slice(x, [null, { step: 2 }]))),
          ),
      ),
    ),
  "slices of two axes": batch.map((n) =>
    of([[n, 3, 4]], (x) => {
      const row = t.sliceAxis(x, 1, { start: 0, end: 1 });
      const column = t.sliceAxis(x, 2, { start: 1, end: 3 });
      return t.add(t.sum(t.square(row)), t.mul(t.sum(t.exp(column)), t.sum(row)));
    }),
  ),
  flip: withAxes.map(([shape, axes]) => of([shape], (x) => t.mul(x, t.flip(x, axes)))),
  concat: withAxis().chain(([shape, axis]) =>
    fc
      .array(small, { minLength: 1, maxLength: 3 })
      .map((multiples) =>
        multiples.map((multiple) =>
          shape.map((length, other) =>
            other === (axis + shape.length) % shape.length
              ? t.productOfDims([multiple, length])
              : length,
          ),
        ),
      )
      .map((shapes) => of(shapes, (...parts) => t.square(t.concat(parts, axis)))),
  ),
  stack: shapeOf(0).chain((shape) =>
    fc
      .integer({ min: -shape.length - 1, max: shape.length })
      .map((axis) => of([shape, shape], (a, b) => t.square(t.stack([a, b, a], axis)))),
  ),
  split: fc.constantFrom<t.Dim>(1, "B").map((unit) =>
    of([[2, t.productOfDims([6, unit])]], (x) => {
      const [a, b, c] = t.split(
        x,
        [1, 2, 3].map((k) => t.productOfDims([k, unit])),
        1,
      );
      return t.add(t.sum(t.square(c)), t.mul(t.sum(t.square(a)), t.sum(b)));
    }),
  ),
  tile: shapeOf(1).chain((shape) =>
    fc
      .tuple(...shape.map(() => fc.integer({ min: 1, max: 3 })))
      .map((repeats) => of([shape], (x) => t.square(t.tile(x, repeats)))),
  ),
  pad: fc
    .array(mixed, { minLength: 1, maxLength: 3 })
    .chain((shape) =>
      fc
        .tuple(
          ...shape.map((length) =>
            typeof length === "string" ? fc.constant<[number, number]>([0, 0]) : pair(2, 0),
          ),
        )
        .map((widths) => of([shape], (x) => t.exp(t.pad(x, widths, 0.5)))),
    ),
  dilate: fc
    .tuple(withAxis(staticShape(1)), small)
    .map(([[shape, axis], factor]) => of([shape], (x) => t.square(t.dilate(x, axis, factor)))),

  gather: look.map(({ shape, axis, index }) =>
    of([shape], (x) => t.square(t.gather(x, index, axis))),
  ),
  scatterAdd: look.map(({ shape, axis, index }) => {
    const updates = [...shape.slice(0, axis), ...index.shape, ...shape.slice(axis + 1)];
    return of([updates], (x) => t.square(t.scatterAdd(x, index, axis, shape[axis] as number)));
  }),
  takeAlong: lookAlong.map(({ n, length, index }) =>
    of([[n, length]], (x) => t.square(t.takeAlong(x, index, 1))),
  ),
  scatterAddAlong: lookAlong.map(({ n, length, taken, index }) =>
    of([[n, taken]], (x) => t.square(t.scatterAddAlong(x, index, 1, length))),
  ),
  oneHot: look.map(({ index }) =>
    of([[4]], (x) => t.square(t.mul(x, t.oneHot(index, 4, "float64")))),
  ),
  triangles: small.map((size) =>
    of([["B", size, size]], (x) =>
      t.add(
        t.mul(t.exp(x), t.lowerTriangle(size, 0, "float64")),
        t.mul(t.square(x), t.upperTriangle(size, 1, "float64")),
      ),
    ),
  ),
  stopGradient: unary((x) => t.mul(x, t.stopGradient(t.floor(x)))),
  scan: fc.tuple(fc.integer({ min: 1, max: 4 }), flag).map(([length, reverse]) =>
    of(
      [
        ["B", length, 2],
        ["B", 2],
        [2, 2],
      ],
      (xs, initial, weight) => {
        const step = (h: t.Tensor, x: t.Tensor) => {
          const state = t.tanh(t.add(t.matmul(h, weight), x));
          return { state, output: t.square(state) };
        };
        const { state, outputs } = t.scan(step, initial, xs, -2, { reverse });
        return t.add(t.mean(outputs, 1), state);
      },
    ),
  ),
};
