import { explanationOf } from "../../explanation.js";
import { formatCount, superscript } from "../../typography.js";
import type { HmmConfig } from "./config.js";
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
  const { classes } = spec.chain;
  const ofClasses = classes === 0 ? "" : `; of all ${classes} classes together`;
  return explanationOf({
    Factorisation: [
      `p(x${classes > 0 ? " | y" : ""}) = ∑ p(z₁) p(x₁ | z₁) ∏ₜ p(zₜ | zₜ₋₁) p(xₜ | zₜ), t = 2, …, ${length}`,
      `summed over all ${states}${superscript(length)} paths z; xₜ is ${observation} t, and zₜ one of ${states} hidden states`,
      `p(xₜ | zₜ) = ${emission.formula}`,
      ...(classes > 0 ? [`each of ${classes} classes y has chain and emissions of its own`] : []),
    ],
    "Conditional independence": [
      "zₜ₊₁ ⊥ z₁, …, zₜ₋₁ | zₜ: the chain has order 1",
      ...(config.topology === "ergodic" ? [] : [leftRight(config)]),
      `xₜ ⊥ all else | zₜ: a ${observation} depends on the others only through its state`,
      within,
    ],
    "Free parameters": [
      `first state ${formatCount(first)} + transitions ${formatCount(transitions)} + emissions ${formatCount(emissions)} = ${formatCount(all)}${ofClasses}`,
      `transitions and emissions are the same for every ${observation}`,
    ],
  });
}

const leftRight = ({ jump }: HmmConfig): string =>
  `left-right: z₁ is the first state, and zₜ₊₁ − zₜ ≥ 0${jump === 0 ? "" : ` and ≤ ${jump}`}`;
