import type { LikelihoodOptions } from "./index.js";

/** The distribution of a pixel given the code, as a formula. */
export function pixelFormula({ likelihood, std }: LikelihoodOptions): string {
  switch (likelihood) {
    case "bernoulli":
      return "Bernoulli(xᵢ; πᵢ(z))";
    case "gaussian":
      return std > 0
        ? `N(xᵢ; μᵢ(z), ${std}²)`
        : "N(xᵢ; μᵢ(z), σ²), with one learned σ for all pixels";
    case "discretized-logistic":
      return "mass of Logistic(μᵢ(z), sᵢ(z)) within half a level of xᵢ";
    case "logit-laplace":
      return "the density of xᵢ where logit(0.8·xᵢ + 0.1) ~ Laplace(μᵢ(z), bᵢ(z))";
  }
}
