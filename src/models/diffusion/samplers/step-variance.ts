import type { Posterior } from "./ddpm.js";

/** Variance of the model's steps, p(z′ | z): β̃, β, or learned between them for each value. */
export const stepVarianceNames = ["small", "large", "learned"] as const;
export type StepVariance = (typeof stepVarianceNames)[number];

/**
 * The variance of a step.
 *
 * @param share  share of ln β in its logarithm, the rest of which is ln β̃; of a learned variance
 * @source Nichol & Dhariwal 2021, arXiv:2102.09672, equation 15
 */
export function varianceOf(
  posterior: Pick<Posterior, "variance" | "stepVariance">,
  variance: StepVariance,
  share: number,
): number {
  if (variance === "small") return posterior.variance;
  if (variance === "large") return posterior.stepVariance;
  return posterior.stepVariance ** share * posterior.variance ** (1 - share);
}
