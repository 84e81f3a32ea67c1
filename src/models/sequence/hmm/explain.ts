import { formatCount } from "../../tabular/parameter-count.js";
import type { Spec } from "./spec.js";

/** Factorisation, independence assumptions and free parameters, for people. */
export function explain({ config, sequence, emission }: Spec): string {
  const { states } = config;
  const { length, width, observation } = sequence;
  const chain = BigInt(states) * BigInt(states) - 1n;
  const independent = emission.wholeObservations
    ? `the values of a ${observation} depend on each other, by the covariance of its state`
    : `the ${width} values of a ${observation} are independent of each other given its state`;
  return [
    `p(x) = Σ_z p(z_1) p(x_1 | z_1) Π_t p(z_t | z_t−1) p(x_t | z_t), t = 1 … ${length}`,
    `x_t is ${observation} t; z_t is one of ${states} hidden states; the sum is over all ${states}^${length} paths`,
    `p(x_t | z_t) = ${emission.formula}`,
    "Independences:",
    "  z_t+1 is independent of everything before, given z_t: the chain has order 1",
    `  a ${observation} is independent of all others, given its state`,
    `  ${independent}`,
    `  transitions and emissions are the same for every ${observation}`,
    `Free parameters: ${formatCount(chain + emission.freeParameters)}`,
    `  first state ${formatCount(BigInt(states - 1))} + transitions ${formatCount(BigInt(states * (states - 1)))} + emissions ${formatCount(emission.freeParameters)}`,
  ].join("\n");
}
