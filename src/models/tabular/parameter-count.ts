/** A number of free parameters: how it comes about, and what it is. */
export interface ParameterCount {
  /** Such as `2⁹ − 1`. */
  readonly formula: string;
  readonly value: bigint;
}

/** Of the full joint distribution of n variables of k values: kⁿ − 1, as probabilities add up to 1. */
export function jointParameters(variables: number, levels: number): ParameterCount {
  return {
    formula: `${levels}${superscript(variables)} − 1`,
    value: BigInt(levels) ** BigInt(variables) - 1n,
  };
}

/**
 * Of a chain of n variables of k values, each given the N before it.
 *
 * The first N variables together are a full joint distribution, kᴺ − 1 (one conditional of k − 1
 * parameters for each of kⁱ contexts, i < N, adds up to that); each of the others has a conditional of
 * k − 1 parameters for each of kᴺ contexts. A binary chain of order 1 has 2n − 1, independent variables
 * n · (k − 1), and order n − 1 has kⁿ − 1, which is the full joint distribution.
 *
 * @param order  N, in [0, variables)
 */
export function chainParameters(variables: number, levels: number, order: number): ParameterCount {
  const [k, rest] = [BigInt(levels), variables - order];
  const contexts = k ** BigInt(order);
  const value = contexts - 1n + BigInt(rest) * contexts * (k - 1n);
  if (order === 0) return { formula: `${variables} · (${levels} − 1)`, value };
  const power = `${levels}${order === 1 ? "" : superscript(order)}`;
  return { formula: `(${power} − 1) + ${rest} · ${power} · (${levels} − 1)`, value };
}

/** Digits that are written out; a longer number is rounded. */
const WRITTEN = 15;

/** A count for people: `1,023`, or `1.02 × 10²³⁶` where nobody would read all digits. */
export function formatCount(value: bigint): string {
  const { leading, exponent } = magnitude(value);
  if (exponent < WRITTEN) return value.toString().replaceAll(/\B(?=(\d{3})+$)/g, ",");
  return `${leading.toFixed(2)} × 10${superscript(exponent)}`;
}

/** value ≈ leading · 10^exponent, without writing out a number that may have millions of digits. */
function magnitude(value: bigint): { leading: number; exponent: number } {
  const hex = value.toString(16);
  const kept = hex.slice(0, 13);
  const log10 = Math.log10(Number.parseInt(kept, 16)) + (hex.length - kept.length) * Math.log10(16);
  const exponent = value === 0n ? 0 : Math.floor(log10 + 1e-12);
  return { leading: 10 ** (log10 - exponent), exponent };
}

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉";

const inDigits = (digits: string, value: number) =>
  String(value).replaceAll(/\d/g, (digit) => digits[Number(digit)]);

/** A whole number ≥ 0 as an exponent. */
export const superscript = (value: number): string => inDigits(SUPERSCRIPTS, value);
/** A whole number ≥ 0 as an index. */
export const subscript = (value: number): string => inDigits(SUBSCRIPTS, value);
