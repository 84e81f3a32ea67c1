import { superscript } from "../typography.js";

/** A number of free parameters, as a formula and as a value. */
export interface ParameterCount {
  /** For example `2⁹ − 1`. */
  readonly formula: string;
  readonly value: bigint;
}

/** A full joint distribution of n variables with k values: kⁿ − 1, since probabilities add up to 1. */
export function jointParameters(variables: number, levels: number): ParameterCount {
  return {
    formula: `${levels}${superscript(variables)} − 1`,
    value: BigInt(levels) ** BigInt(variables) - 1n,
  };
}

/**
 * A chain of n variables with k values, each conditioned on the N before it.
 *
 * The first N variables have a full joint distribution with kᴺ − 1 parameters (the sum of k − 1 parameters
 * for each of the kⁱ contexts of variable i < N). Each of the others has k − 1 parameters for each of kᴺ
 * contexts. A binary chain of order 1 has 2n − 1 parameters, independent variables have n · (k − 1), and a
 * chain of order n − 1 has kⁿ − 1, like the full joint distribution.
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
