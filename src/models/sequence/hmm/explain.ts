import { explanationOf } from "../../explanation.js";
import { formatCount, superscript } from "../../typography.js";
import { freeParametersOf } from "./free-parameters.js";
import type { Spec } from "./spec.js";

/** Explains the factorisation, the independence assumptions and the free parameters. */
export function explain(spec: Spec): string {
  const { config, sequence, emission } = spec;
  const { states } = config;
  const { length, width, observation } = sequence;
  const { first, transitions, emissions, all } = freeParametersOf(spec);
  const within = emission.wholeObservations
    ? `the values of a ${observation} depend on each other through the covariance of its state`
    : `given its state, the ${width} values of a ${observation} are independent`;
  return explanationOf({
    Factorisation: [
      `p(x) = ∑ p(z₁) p(x₁ | z₁) ∏ₜ p(zₜ | zₜ₋₁) p(xₜ | zₜ), t = 2, …, ${length}`,
      `summed over all ${states}${superscript(length)} paths z; xₜ is ${observation} t, and zₜ one of ${states} hidden states`,
      `p(xₜ | zₜ) = ${emission.formula}`,
    ],
    "Conditional independence": [
      "zₜ₊₁ ⊥ z₁, …, zₜ₋₁ | zₜ: the chain has order 1",
      `xₜ ⊥ all else | zₜ: a ${observation} depends on the others only through its state`,
      within,
    ],
    "Free parameters": [
      `first state ${formatCount(first)} + transitions ${formatCount(transitions)} + emissions ${formatCount(emissions)} = ${formatCount(all)}`,
      `transitions and emissions are the same for every ${observation}`,
    ],
  });
}
