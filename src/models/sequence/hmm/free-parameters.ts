import type { Spec } from "./spec.js";

/** Numbers of free parameters of a hidden Markov model. */
export function freeParametersOf({ config: { states }, emission }: Spec) {
  const [first, transitions] = [BigInt(states - 1), BigInt(states) * BigInt(states - 1)];
  const emissions = emission.freeParameters;
  return { first, transitions, emissions, all: first + transitions + emissions };
}
