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
/** Distributions that the runtime fills noise inputs from: [0, 1), or mean 0 and variance 1. */
export type NoiseDistribution = "uniform" | "normal";

/**
 * Where an input's value comes from: fed with each run, kept on the device between runs, or drawn
 * from a counter-based stream that the input's name and the run's seed and step determine.
 */
export type InputSource =
  | { readonly kind: "feed" }
  | { readonly kind: "state" }
  | { readonly kind: "noise"; readonly distribution: NoiseDistribution };

/** Where a graph begins. */
export interface LeafPrimitives {
  /** A literal; the data is read-only and row-major. */
  constant: { readonly data: TensorValues };
  /** A value that is known at run time, by name. */
  input: { readonly name: string; readonly source: InputSource };
}

/** Each element on its own, after broadcasting. */
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
  /** Halves to even. */
  round: None;
  not: None;
  cast: { readonly dtype: DType };
  /** The identity, through which no gradient flows. */
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

/** What lies along some axes, taken together. */
export interface ReductionPrimitives {
  sum: Reduction;
  mean: Reduction;
  max: Reduction;
  min: Reduction;
  /** Position of the largest element, the first of equals; int64, axis removed. */
  argMax: Axis;
  softmax: Axis;
  logSoftmax: Axis;
  cumulativeSum: Axis & { readonly exclusive: boolean; readonly reverse: boolean };
  /** Length of an axis as a float scalar: the way a symbolic batch size enters arithmetic. */
  axisSize: Axis & { readonly dtype: DType };
}

/** Products, convolutions and pooling. */
export interface LinearPrimitives {
  /** Over the last two axes; leading axes broadcast. */
  matmul: { readonly transposeA: boolean; readonly transposeB: boolean };

  /** (x [N, C, H, W], filters [O, C/groups, kH, kW]) → [N, O, H', W'] */
  conv: ConvAttributes;
  /** Adjoint of `conv` in x: (dy [N, O, H', W'], filters [O, C/groups, kH, kW]) → [N, C, H, W] */
  convInputGradient: ConvAttributes & { readonly inputSize: readonly [number, number] };
  /** Adjoint of `conv` in its filters: (x [N, C, H, W], dy [N, O, H', W']) → [O, C/groups, kH, kW] */
  convFilterGradient: ConvAttributes & { readonly kernelSize: readonly [number, number] };
  maxPool: PoolAttributes;
  /** Flat position in the row-major input of each window's maximum; int64. */
  maxPoolIndices: PoolAttributes;
}

/** The same elements in other places. */
export interface RearrangingPrimitives {
  reshape: { readonly shape: Shape };
  /** Output axis `i` is input axis `permutation[i]`. */
  transpose: { readonly permutation: readonly number[] };
  broadcastTo: { readonly shape: Shape };
  /** One start, end and positive step an axis; a symbolic axis is taken whole. */
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

/** Elements picked by integers. */
export interface IndexingPrimitives {
  /** (x, indices): replaces the axis by the shape of the indices. */
  gather: Axis;
  /** Adjoint of `gather`: (updates, indices) → zeros of length `size` on the axis, plus the updates. */
  scatterAdd: Axis & { readonly size: number };
  /** (x, indices of x's rank): picks along the axis, position by position. */
  takeAlong: Axis;
  /** Adjoint of `takeAlong`: (updates, indices) → zeros of length `size` on the axis, plus the updates. */
  scatterAddAlong: Axis & { readonly size: Dim };
}

/**
 * Every primitive operator with its attributes. All other operators are compositions of these.
 * Gradient rules, the lowering to ONNX and the interpreter are tables over these names, so that
 * the compiler reports a primitive that one of them does not know.
 */
export interface Primitives
  extends LeafPrimitives,
    ElementwisePrimitives,
    ReductionPrimitives,
    LinearPrimitives,
    RearrangingPrimitives,
    IndexingPrimitives {}

export type PrimitiveName = keyof Primitives;
