import type { DType } from "../../tensor/dtype.js";

/** 1 / (1 + e⁻ˣ), to full relative precision in both tails. */
export function sigmoid(x: number): number {
  if (x >= 0) return 1 / (1 + Math.exp(-x));
  const small = Math.exp(x);
  return small / (1 + small);
}

/** log(1 + eˣ) */
export function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

/** The nearest integer, halves to even. */
export function roundHalfToEven(x: number): number {
  const below = Math.floor(x);
  if (x - below !== 0.5) return Math.round(x);
  return below % 2 === 0 ? below : below + 1;
}

/** Beyond this point erfc is so small that its rounding error vanishes in erf = 1 − erfc. */
const TAIL = 2;

/**
 * The error function, accurate to 1e-15.
 *
 * @source Abramowitz & Stegun 1964: the series 7.1.6, whose terms are all positive, near zero; the
 *         continued fraction 7.1.14 in the tails
 */
export function erf(x: number): number {
  if (Number.isNaN(x)) return x;
  const size = Math.abs(x);
  const value = size < TAIL ? series(size) : 1 - complement(size);
  return x < 0 ? -value : value;
}

/** erf x = 2/√π · e^(−x²) · Σ 2ⁿ x²ⁿ⁺¹ / (1·3·…·(2n + 1)) */
function series(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; term > sum * Number.EPSILON * 0.1; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

/** √π · e^(x²) · erfc x = 1/(x + ½/(x + 1/(x + 3⁄2/(x + …)))), evaluated from the innermost fraction */
function complement(x: number): number {
  if (x > 6) return 0;
  let fraction = x;
  for (let n = 100; n >= 1; n--) fraction = x + n / 2 / fraction;
  return Math.exp(-x * x) / (Math.sqrt(Math.PI) * fraction);
}

/** The product of two numbers of the data type. That of int32 keeps the low 32 bits, which float64 loses. */
export function productOf(dtype: DType): (a: number, b: number) => number {
  return dtype === "int32" ? Math.imul : (a, b) => a * b;
}
