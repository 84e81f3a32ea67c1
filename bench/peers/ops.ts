/**
 * What the steps need of an array library, so that they are written once for all JavaScript peers.
 * Each peer does an operator in the way that its users would.
 */
export interface Ops<T> {
  /** Broadcasts, as do the other three. */
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
  /** Over all axes where none are given. */
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
  /** Rows of `weight` [K, D] for whole numbers [...]: [..., D]. */
  embed(weight: T, symbols: T): T;
  /** Of whole numbers. */
  oneHot(symbols: T, depth: number): T;
  /** x [N, C, H, W], filters [O, C, kH, kW], the same zeros before and after */
  conv(x: T, filters: T, stride: number, pads: readonly [number, number]): T;
  /** filters [C, O, k, k] */
  convTranspose(x: T, filters: T, stride: number, pad: number, outputPadding: number): T;
}
