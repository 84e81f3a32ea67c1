import type { DType, TensorValues } from "./dtype.js";
import type { Dim, Shape } from "./shape.js";

type None = Readonly<Record<never, never>>;
interface Axis {
  readonly axis: number;
}
interface Reduction {
  /** Ascending and non-negative. */
  readonly axes: readonly number[];
  readonly keepDims: boolean;
}
/** Spatial parameters of a 2-D convolution over `[N, C, H, W]`. Pairs are (rows, columns). */
export interface ConvAttributes {
  readonly strides: readonly [number, number];
  /** Zeros added at top, left, bottom, right. */
  readonly pads: readonly [number, number, number, number];
  readonly dilations: readonly [number, number];
  readonly groups: number;
}
/** Window of a 2-D pooling over `[N, C, H, W]`. */
export interface PoolAttributes {
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly pads: readonly [number, number, number, number];
}
/** Distributions of noise inputs: uniform on [0, 1), or normal with mean 0 and variance 1. */
export type NoiseDistribution = "uniform" | "normal";

/**
 * Where an input's value comes from: the caller feeds it at each run, the device keeps it between
 * runs, or the runtime draws it from a counter-based stream keyed by its name, the seed and the step.
 */
export type InputSource =
  | { readonly kind: "feed" }
  | { readonly kind: "state" }
  | { readonly kind: "noise"; readonly distribution: NoiseDistribution };

/** Primitives without operands. */
export interface LeafPrimitives {
  /** A literal; the data is read-only and row-major. */
  constant: { readonly data: TensorValues };
  /** A named value that is supplied at run time. */
  input: { readonly name: string; readonly source: InputSource };
}

/** Computed element by element, after broadcasting. */
export interface ElementwisePrimitives {
  neg: None;
  abs: None;
  sign: None;
  exp: None;
  log: None;
  sqrt: None;
  sin: None;
  cos: None;
  tanh: None;
  sigmoid: None;
  softplus: None;
  relu: None;
  erf: None;
  floor: None;
  /** Rounds halves to even. */
  round: None;
  not: None;
  cast: { readonly dtype: DType };
  /** The identity; no gradient flows through it. */
  stopGradient: None;

  add: None;
  sub: None;
  mul: None;
  div: None;
  pow: None;
  maximum: None;
  minimum: None;
  equal: None;
  less: None;
  lessEqual: None;
  and: None;
  or: None;
  /** (condition, whenTrue, whenFalse) */
  where: None;
}

/** Computed over all elements along some axes. */
export interface ReductionPrimitives {
  sum: Reduction;
  mean: Reduction;
  max: Reduction;
  min: Reduction;
  /** Position of the largest element, the first of equals; int64, axis removed. */
  argMax: Axis;
  /** Positions of the k largest elements, the largest first and the first of equals first; int64. */
  topKIndices: Axis & { readonly k: number };
  softmax: Axis;
  logSoftmax: Axis;
  cumulativeSum: Axis & { readonly exclusive: boolean; readonly reverse: boolean };
  /** Length of an axis as a float scalar. This is how a symbolic batch size enters arithmetic. */
  axisSize: Axis & { readonly dtype: DType };
}

/** Products, convolutions and pooling. */
export interface LinearPrimitives {
  /** Over the last two axes; leading axes broadcast. */
  matmul: { readonly transposeA: boolean; readonly transposeB: boolean };

  /** (x [N, C, H, W], filters [O, C/groups, kH, kW]) → [N, O, H', W'] */
  conv: ConvAttributes;
  /** Adjoint of `conv` w.r.t. x: (dy [N, O, H', W'], filters [O, C/groups, kH, kW]) → [N, C, H, W] */
  convInputGradient: ConvAttributes & { readonly inputSize: readonly [number, number] };
  /** Adjoint of `conv` w.r.t. filters: (x [N, C, H, W], dy [N, O, H', W']) → [O, C/groups, kH, kW] */
  convFilterGradient: ConvAttributes & { readonly kernelSize: readonly [number, number] };
  maxPool: PoolAttributes;
  /** Flat row-major position of each window's maximum in the input; int64. */
  maxPoolIndices: PoolAttributes;
}

/** Move elements without computing. */
export interface RearrangingPrimitives {
  reshape: { readonly shape: Shape };
  /** Output axis `i` is input axis `permutation[i]`. */
  transpose: { readonly permutation: readonly number[] };
  broadcastTo: { readonly shape: Shape };
  /** One start, end and positive step per axis; a symbolic axis stays whole. */
  slice: {
    readonly starts: readonly number[];
    readonly ends: readonly (number | null)[];
    readonly steps: readonly number[];
  };
  flip: { readonly axes: readonly number[] };
  concat: Axis;
  /** A constant value before and after each axis. */
  pad: {
    readonly before: readonly number[];
    readonly after: readonly number[];
    readonly value: number;
  };
}

/** Select elements by integer indices. */
export interface IndexingPrimitives {
  /** (x, indices): replaces the axis by the shape of the indices. */
  gather: Axis;
  /** Adjoint of `gather`: (updates, indices) → zeros of length `size` on the axis, plus the updates. */
  scatterAdd: Axis & { readonly size: number };
  /** (x, indices of x's rank): selects one element per position along the axis. */
  takeAlong: Axis;
  /** Adjoint of `takeAlong`: (updates, indices) → zeros of length `size` on the axis, plus the updates. */
  scatterAddAlong: Axis & { readonly size: Dim };
}

/**
 * Every primitive operator with its attributes. All other operators are compositions of these.
 * The gradient rules, the lowering to ONNX and the interpreter are tables keyed by these names, so
 * the TypeScript compiler reports a primitive that one of them lacks.
 */
export interface Primitives
  extends LeafPrimitives,
    ElementwisePrimitives,
    ReductionPrimitives,
    LinearPrimitives,
    RearrangingPrimitives,
    IndexingPrimitives {}

export type PrimitiveName = keyof Primitives;
