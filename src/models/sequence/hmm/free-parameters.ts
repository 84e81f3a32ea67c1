import type { Spec } from "./spec.js";

/** Numbers of free parameters of a hidden Markov model. */
export function freeParametersOf({ chain: { states, classes, allowed }, emission }: Spec) {
  const chains = BigInt(Math.max(1, classes));
  const free = (mask: readonly boolean[] | undefined, rows: number) =>
    chains * BigInt((mask?.filter(Boolean).length ?? rows * states) - rows);
  const [first, transitions] = [free(allowed?.initial, 1), free(allowed?.transitions, states)];
  const emissions = emission.freeParameters;
  return { first, transitions, emissions, all: first + transitions + emissions };
}
