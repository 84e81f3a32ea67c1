import { explanationOf } from "../explanation.js";
import { formatCount } from "../typography.js";
import { freeParameters, type Layout } from "./layout.js";
import type { GaussianOptions } from "./options.js";

/** Explains the factorisation, the independence assumptions and the free parameters. */
export function explain(layout: Layout, options: GaussianOptions): string {
  const { components, classes, length, covariance } = layout;
  const each = components / classes;
  const spread = covariance === "tied" ? "Σ" : "Σₖ";
  const mixture = each === 1 ? "N(x; μ, Σ)" : `∑ₖ πₖ N(x; μₖ, ${spread}), k = 1, …, ${each}`;
  return explanationOf({
    Factorisation: [
      classes === 1
        ? `p(x) = ${mixture}`
        : `p(x, y) = p(y) ${mixture}, for each of ${classes} classes y`,
      `x: the ${length} values of an image`,
    ],
    "Conditional independence": INDEPENDENCES[covariance](each > 1),
    "Free parameters": [formatCount(BigInt(freeParameters(layout)))],
    Estimation: estimation(options),
  });
}

const INDEPENDENCES = {
  full: () => ["none: every pair of values has its own covariance"],
  tied: () => [
    "none: every pair of values has a covariance,",
    "which all components share, so that they differ only in their means",
  ],
  diagonal: (mixed: boolean) => [pairs(mixed)],
  spherical: (mixed: boolean) => [pairs(mixed), "and all values have the same variance"],
};

const pairs = (mixed: boolean) =>
  mixed
    ? "xᵢ ⊥ xⱼ | k for all i ≠ j: given the component, values are independent"
    : "xᵢ ⊥ xⱼ for all i ≠ j";

function estimation({ reg, dequantise }: GaussianOptions): string[] {
  return [
    `${reg} is added to every variance${dequantise ? ", and the variance of a pixel's rounding" : ""}`,
    "AIC and BIC of the training images are in the metrics of each EM pass",
  ];
}
