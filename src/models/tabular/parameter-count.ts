import { superscript } from "../typography.js";

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
