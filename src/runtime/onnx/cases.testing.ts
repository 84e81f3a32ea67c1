import * as t from "../../tensor/index.js";
import type { PrimitiveName } from "../../tensor/primitives.js";
import { real, truth, whole } from "../agreement.testing.js";

/** Builds a tensor that uses the primitive. The batch is a count or a symbol. */
export type Case = (batch: t.Dim) => t.Tensor;

const unary =
  (op: (x: t.Tensor) => t.Tensor, low = -2, high = 2): Case =>
  (b) =>
    op(real("x", [b, 5], low, high));

const binary = (op: (a: t.Tensor, b: t.Tensor) => t.Tensor, low = -2, high = 2): Case[] => [
  (b) => op(real("a", [b, 5], low, high), real("b", [b, 5], low, high)),
  (b) => op(real("a", [b, 1, 4], low, high), real("b", [3, 1], low, high)),
  (b) => op(real("a", [], low, high), real("b", [b], low, high)),
];

const integers = (op: (a: t.Tensor, b: t.Tensor) => t.Tensor): Case[] =>
  (["int64", "int32"] as const).map(
    (dtype) => (b) => op(whole("a", [b, 5], -3, 4, dtype), whole("b", [5], -3, 4, dtype)),
  );

const images = (b: t.Dim, channels = 4, size = 7) => real("x", [b, channels, size, size - 1]);

const convolutions: readonly [t.ConvOptions, t.Shape][] = [
  [{}, [6, 4, 3, 3]],
  [{ padding: 1 }, [2, 4, 3, 3]],
  [{ padding: [2, 1, 0, 1], stride: [2, 1] }, [3, 4, 4, 2]],
  [{ stride: 2, padding: 1 }, [5, 4, 3, 3]],
  [{ stride: 2, padding: 1, groups: 2 }, [6, 2, 3, 3]],
  [{ padding: 2, dilation: 2, groups: 4 }, [4, 1, 3, 3]],
  [{ padding: 1, groups: 2 }, [6, 2, 3, 3]],
  [{ stride: 3, dilation: [2, 1] }, [2, 4, 2, 3]],
  [{ padding: [0, 1, 2, 0], dilation: [1, 2] }, [8, 9, 3, 2]],
  [{}, [9, 8, 1, 1]],
  [{}, [3, 2, 7, 6]],
];

const imagesFor = (b: t.Dim, filters: t.Shape, { groups = 1 }: t.ConvOptions) =>
  images(b, (filters[1] as number) * groups);

const attributesOf = ({ stride = 1, padding = 0, dilation = 1, groups = 1 }: t.ConvOptions) => ({
  strides: t.toPair(stride),
  pads: t.toPads(padding),
  dilations: t.toPair(dilation),
  groups,
});

const convCases = convolutions.map(
  ([options, filters]): Case =>
    (b) =>
      t.convolve2d(imagesFor(b, filters, options), real("filters", filters), options),
);

const pools: readonly t.PoolOptions[] = [
  { kernel: 2 },
  { kernel: 3, stride: 2, padding: 1 },
  { kernel: [1, 2], stride: 1 },
];

const poolAttributes = ({ kernel, stride = kernel, padding = 0 }: t.PoolOptions) => ({
  kernel: t.toPair(kernel),
  strides: t.toPair(stride),
  pads: t.toPads(padding),
});

/** Uses of every primitive, over a static and a symbolic batch. */
export const cases: { readonly [P in PrimitiveName]: readonly Case[] } = {
  constant: [
    (b) => t.add(real("x", [b, 3]), t.constant([1, -2, 0.5])),
    (b) => t.mul(real("x", [b, 1]), t.full([1, 70], 3)),
  ],
  input: [(b) => real("x", [b, 2]), (b) => whole("x", [b], -5, 5), (b) => truth("x", [b, 3])],
  neg: [unary(t.neg), (b) => t.neg(whole("x", [b], -3, 3))],
  abs: [unary(t.abs), (b) => t.abs(whole("x", [b], -3, 3, "int32"))],
  sign: [unary(t.sign), (b) => t.sign(whole("x", [b], -1, 2))],
  exp: [unary(t.exp), unary(t.exp, -100, 80)],
  log: [unary(t.log, 0.1, 3)],
  sqrt: [unary(t.sqrt, 0.1, 3)],
  sin: [unary(t.sin, -9, 9)],
  cos: [unary(t.cos, -9, 9)],
  tanh: [unary(t.tanh), unary(t.tanh, -200, 200)],
  sigmoid: [
    unary(t.sigmoid),
    unary(t.sigmoid, -200, 200),
    (b) => t.silu(real("x", [b, 5], -800, 800, "float64")),
  ],
  softplus: [
    unary(t.softplus),
    unary(t.softplus, -200, 200),
    (b) => t.softplus(real("x", [b, 5], -800, 800, "float64")),
  ],
  relu: [unary(t.relu)],
  erf: [unary(t.erf), unary(t.erf, -20, 20)],
  floor: [unary(t.floor, -4, 4)],
  round: [
    unary(t.round, -4, 4),
    (b) => t.round(t.mul(t.cast(whole("x", [b], -5, 5), "float32"), 0.5)),
  ],
  not: [(b) => t.not(truth("x", [b]))],
  cast: [
    (b) => t.cast(real("x", [b, 4], -3, 3), "int64"),
    (b) => t.cast(real("x", [b, 4], -3, 3), "int32"),
    (b) => t.cast(whole("x", [b, 4], -1, 2), "bool"),
    (b) => t.cast(truth("x", [b, 4]), "float32"),
    (b) => t.cast(t.cast(real("x", [b, 4]), "float64"), "float32"),
  ],
  stopGradient: [(b) => t.mul(t.stopGradient(real("x", [b])), real("y", [b]))],
  add: [
    ...binary(t.add),
    ...integers(t.add),
    (b) => t.add(t.mul(t.erf(real("x", [b, 5], -3, 3)), 0.5), 0.5),
    (b) => t.add(0.6, t.mul(-0.25, t.tanh(real("x", [b, 5], -3, 3)))),
    (b) => t.add(t.mul(t.tanh(real("x", [b, 5], -3, 3)), 0.75), 0.5),
    (b) => t.add(t.mul(t.tanh(real("x", [b, 1], -3, 3)), 0.25), t.full([1, 3], 0.5)),
  ],
  sub: [...binary(t.sub), ...integers(t.sub)],
  mul: [...binary(t.mul), ...integers(t.mul)],
  div: binary(t.div, 0.5, 2),
  pow: binary(t.pow, 0.5, 2),
  maximum: [...binary(t.maximum), ...integers(t.maximum)],
  minimum: [...binary(t.minimum), ...integers(t.minimum)],
  equal: [
    ...integers(t.equal),
    (b) => t.equal(truth("x", [b]), truth("y", [b])),
    ...binary(t.equal),
  ],
  less: [...binary(t.less), ...integers(t.less)],
  lessEqual: [...binary(t.lessEqual), ...integers(t.lessEqual)],
  and: [(b) => t.and(truth("x", [b, 1]), truth("y", [4]))],
  or: [(b) => t.or(truth("x", [b, 1]), truth("y", [4]))],
  where: [
    (b) => {
      const x = real("x", [b, 1], -3, 3);
      return t.where(t.greater(x, 0), x, t.mul(x, t.full([1, 3], 0.2)));
    },
    (b) => t.where(truth("c", [b, 3]), real("x", [b, 3]), real("y", [3])),
    (b) => t.where(truth("c", [b, 3]), real("x", [b, 3]), 0),
    (b) => t.where(truth("c", [b]), whole("x", [b], 0, 9), whole("y", [b], 0, 9)),
    (b) => t.where(truth("c", [b]), whole("x", [b], 0, 9, "int32"), whole("y", [b], 0, 9, "int32")),
    (b) => t.where(truth("c", [b]), truth("x", [b]), truth("y", [2, 1])),
  ],
  sum: [
    (b) => t.sum(real("x", [b, 3, 4])),
    (b) => t.sum(real("x", [b, 3, 4]), [0, 2], true),
    (b) => t.sum(real("x", [b, 3, 4]), 0),
    (b) => t.sum(real("x", [b, 3, 4]), [0, 1], true),
    (b) => t.sum(whole("x", [b, 3], -4, 5), 1),
    (b) => t.sum(whole("x", [b, 3], -4, 5, "int32"), 0),
  ],
  mean: [
    (b) => t.mean(real("x", [b, 3, 4])),
    (b) => t.mean(real("x", [b, 3, 4]), [-2], true),
    (b) => t.mean(real("x", [b, 3, 4]), [0, 1]),
    (b) => t.mean(real("x", [b, 5, 3, 4, 2]), [2, 4]),
    (b) => t.mean(real("x", [2, b, 3, 65, 2]), [2, 4], true),
  ],
  max: [
    (b) => t.max(real("x", [b, 3, 4]), 1),
    (b) => t.max(whole("x", [b, 3], -4, 5), 1),
    (b) => t.max(whole("x", [b, 3], -4, 5, "int32"), [0, 1], true),
  ],
  min: [(b) => t.min(real("x", [b, 3, 4]), [0, 1]), (b) => t.min(whole("x", [b, 3], -4, 5), 1)],
  argMax: [
    (b) => t.argMax(real("x", [b, 9]), 1),
    (b) => t.argMax(whole("x", [b, 9], 0, 3), 1),
    (b) => t.argMax(whole("x", [b, 9], -(2 ** 40), 2 ** 40), 1),
    (b) => t.argMax(whole("x", [4, b], 0, 3, "int32"), 0),
  ],
  topKIndices: [
    (b) => t.topKIndices(real("x", [b, 9]), 4, 1),
    (b) => t.topKIndices(real("x", [b, 5, 3]), 2, -2),
    (b) => t.topKIndices(t.cast(whole("x", [b, 9], 0, 3), "float32"), 5, 1),
  ],
  softmax: [
    (b) => t.softmax(real("x", [b, 5], -9, 9), 1),
    (b) => t.softmax(real("x", [3, b, 2]), 0),
  ],
  logSoftmax: [
    (b) => t.logSoftmax(real("x", [b, 5], -90, 90), 1),
    (b) => t.logSoftmax(real("x", [3, b, 2]), 0),
  ],
  cumulativeSum: [
    (b) => t.cumulativeSum(real("x", [b, 5]), 1),
    (b) => t.cumulativeSum(real("x", [5, b]), 0, { exclusive: true }),
    (b) => t.cumulativeSum(real("x", [b, 5]), 1, { reverse: true, exclusive: true }),
    (b) => t.cumulativeSum(whole("x", [b, 5], 0, 9), 0, { reverse: true }),
  ],
  axisSize: [(b) => t.mul(t.axisSize(real("x", [b, 3]), 0), t.axisSize(real("x", [b, 3]), 1))],
  matmul: [
    ...[false, true].flatMap((transposeA) =>
      [false, true].flatMap((transposeB): Case[] => [
        (b) => {
          const x = real("x", transposeA ? [6, b] : [b, 6]);
          const w = real("w", transposeB ? [4, 6] : [6, 4]);
          const product = t.matmul(x, w, { transposeA, transposeB });
          return t.add(product, real("bias", [4]));
        },
        (b) => {
          const x = real("x", transposeA ? [b, 3, 6, 2] : [b, 3, 2, 6]);
          const w = real("w", transposeB ? [3, 4, 6] : [3, 6, 4]);
          return t.matmul(x, w, { transposeA, transposeB });
        },
      ]),
    ),
    (b) => t.add(t.matmul(real("x", [b, 3, 6]), real("w", [6, 4])), real("bias", [4])),
    (b) => t.matmul(t.transpose(real("x", [b, 3, 4]), [0, 2, 1]), real("w", [3, 2])),
    ...(["int64", "int32"] as const).flatMap((dtype): Case[] => [
      (b) =>
        t.matmul(whole("x", [6, b], -3, 4, dtype), whole("w", [4, 6], -3, 4, dtype), {
          transposeA: true,
          transposeB: true,
        }),
      (b) => {
        const product = t.matmul(
          whole("x", [b, 6], -3, 4, dtype),
          whole("w", [6, 4], -3, 4, dtype),
        );
        return t.add(product, whole("bias", [4], -3, 4, dtype));
      },
    ]),
  ],
  conv: convCases,
  convInputGradient: convolutions.map(([options, filters]) => (b) => {
    const y = t.convolve2d(imagesFor(b, filters, options), real("filters", filters), options);
    return t.convInputGradient(
      real("dy", y.shape),
      real("filters", filters),
      attributesOf(options),
      [7, 6],
    );
  }),
  convFilterGradient: convolutions.map(([options, filters]) => (b) => {
    const y = t.convolve2d(imagesFor(b, filters, options), real("filters", filters), options);
    const kernel = filters.slice(2) as unknown as readonly [number, number];
    return t.convFilterGradient(
      imagesFor(b, filters, options),
      real("dy", y.shape),
      attributesOf(options),
      kernel,
    );
  }),
  maxPool: pools.map((options) => (b) => t.maxPool2d(images(b), options)),
  maxPoolIndices: [
    ...pools.map(
      (options): Case =>
        (b) =>
          t.maxPoolIndices(images(b), poolAttributes(options)),
    ),
    (b) =>
      t.concat(
        [
          t.maxPool2d(images(b), { kernel: 2 }),
          t.cast(t.maxPoolIndices(images(b), poolAttributes({ kernel: 2 })), "float32"),
        ],
        1,
      ),
  ],
  reshape: [
    (b) => t.reshape(real("x", [b, 4, 3]), [b, 12]),
    (b) => t.reshape(real("x", [b, 4, 3]), [t.productOfDims([4, b]), 3]),
    (b) => t.reshape(real("x", [2, b, 6]), [b, 3, 4]),
    (b) => t.mul(t.reshape(real("x", [b]), [b, 1]), t.reshape(real("x", [b]), [1, b])),
  ],
  transpose: [
    (b) => t.transpose(real("x", [b, 4, 3]), [2, 0, 1]),
    (b) => t.transpose(truth("x", [b, 4])),
    (b) => t.transpose(whole("x", [b, 4], 0, 9)),
  ],
  broadcastTo: [
    (b) => t.broadcastTo(real("x", [b, 5, 1, 4, 1]), [b, 5, 3, 4, 2]),
    (b) => t.broadcastTo(real("x", [2, b, 1, 65, 1]), [2, b, 2, 65, 2]),
    (b) => t.broadcastTo(real("x", [b, 1, 1, 4, 1]), [b, 5, 3, 4, 2]),
    (b) => t.broadcastTo(real("x", [b, 1]), [3, b, 4]),
    (b) => t.concat([t.broadcastTo(real("x", [1, 3]), [b, 3]), real("y", [b, 3])], 1),
    (b) => t.concat([t.broadcastTo(truth("x", [1, 3]), [b, 3]), truth("y", [b, 3])], 1),
    (b) => t.tile(real("x", [b, 2]), [3, 2]),
  ],
  slice: [
    (b) => t.slice(real("x", [b, 9]), [null, { start: 2, end: 8, step: 3 }]),
    (b) => t.slice(whole("x", [b, 9], 0, 9, "int32"), [null, { start: 3 }]),
    (b) => t.slice(truth("x", [b, 9]), [null, { end: -3 }]),
  ],
  flip: [(b) => t.flip(real("x", [b, 3, 4]), [0, 2]), (b) => t.flip(whole("x", [b, 3], 0, 9), 1)],
  concat: [
    (b) => t.concat([real("x", [b, 3]), real("y", [b, 2]), real("x", [b, 3])], 1),
    (b) =>
      t.concat(
        [1, 2].map((k) => t.stopGradient(real(`x${k}`, [b, 3]))),
        0,
      ),
    (b) => t.concat([truth("x", [b, 3]), truth("y", [b, 3])], 1),
  ],
  pad: [
    (b) =>
      t.pad(
        real("x", [b, 3]),
        [
          [0, 0],
          [2, 1],
        ],
        -1,
      ),
    (b) =>
      t.pad(
        whole("x", [b, 3], 0, 9),
        [
          [0, 0],
          [1, 0],
        ],
        4,
      ),
    (b) =>
      t.pad(
        truth("x", [b, 3]),
        [
          [0, 0],
          [1, 2],
        ],
        1,
      ),
  ],
  gather: [
    (b) => t.gather(real("x", [7, 3]), whole("i", [b, 2], 0, 7)),
    (b) => t.gather(real("x", [b, 5, 2]), whole("i", [4], 0, 5, "int32"), 1),
  ],
  scatterAdd: [
    (b) => t.scatterAdd(real("x", [b, 2, 3]), whole("i", [b, 2], 0, 4), 0, 4),
    (b) => t.scatterAdd(real("x", [b, 6, 2]), whole("i", [6], 0, 3, "int32"), 1, 3),
  ],
  takeAlong: [
    (b) => t.takeAlong(real("x", [b, 5]), whole("i", [b, 3], 0, 5), 1),
    (b) => t.takeAlong(real("x", [5, b]), whole("i", [2, b], 0, 5, "int32"), 0),
  ],
  scatterAddAlong: [
    (b) => t.scatterAddAlong(real("x", [b, 6]), whole("i", [b, 6], 0, 4), 1, 4),
    (b) => t.scatterAddAlong(real("x", [6, b]), whole("i", [6, b], 0, 4, "int32"), 0, 4),
  ],
};
