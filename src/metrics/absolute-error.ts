/** Mean |a − b| over pixels. */
export const meanAbsoluteError = (a: Float32Array, b: Float32Array): number =>
  a.reduce((sum, value, at) => sum + Math.abs(value - b[at]), 0) / a.length;
