import type { Spec } from "./spec.js";

/** Numbers of free parameters of a hidden Markov model. */
export function freeParametersOf({ chain: { states, classes, allowed }, emission }: Spec) {
  const chains = BigInt(Math.max(1, classes));
  const first = allowed === undefined ? chains * BigInt(states - 1) : 0n;
  const moves = allowed?.filter(Boolean).length ?? states ** 2;
  const transitions = chains * BigInt(moves - states);
  const emissions = emission.freeParameters;
  return { first, transitions, emissions, all: first + transitions + emissions };
}
