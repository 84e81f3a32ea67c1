/**
 * The operators that the steps need from an array library, so that the steps are written only once for
 * all JavaScript peers. Each peer implements an operator as its users would.
 */
export interface Ops<T> {
  /** Broadcasts, like the other three. */
  add(a: T, b: T | number): T;
  sub(a: T, b: T | number): T;
  mul(a: T, b: T | number): T;
  exp(x: T): T;
  tanh(x: T): T;
  sigmoid(x: T): T;
  softplus(x: T): T;
  relu(x: T): T;
  leakyRelu(x: T, slope: number): T;
  /** x · Φ(x), exactly. */
  gelu(x: T): T;
  /** 1 / √x */
  rsqrt(x: T): T;
  /** Sums over all axes by default. */
  sum(x: T, axes?: readonly number[], keepDims?: boolean): T;
  mean(x: T, axes?: readonly number[], keepDims?: boolean): T;
  softmax(x: T): T;
  logSoftmax(x: T): T;
  matmul(a: T, b: T, transposeB: boolean): T;
  shape(x: T): readonly number[];
  reshape(x: T, shape: readonly number[]): T;
  transpose(x: T, permutation: readonly number[]): T;
  slice(x: T, axis: number, start: number, end: number): T;
  concat(xs: readonly T[], axis: number): T;
  constant(values: Float32Array, shape: readonly number[]): T;
  /** Rows of `weight` [K, D] by integers [...]: [..., D]. */
  embed(weight: T, symbols: T): T;
  /** One-hot codes of integers. */
  oneHot(symbols: T, depth: number): T;
  /** x [N, C, H, W], filters [O, C, kH, kW], equal padding before and after */
  conv(x: T, filters: T, stride: number, pads: readonly [number, number]): T;
  /** filters [C, O, k, k] */
  convTranspose(x: T, filters: T, stride: number, pad: number, outputPadding: number): T;
}
