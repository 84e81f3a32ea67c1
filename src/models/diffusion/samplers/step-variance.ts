/** Variance of the model's steps, p(z′ | z): β̃, β, or learned between them for each value. */
export const stepVarianceNames = ["small", "large", "learned"] as const;
export type StepVariance = (typeof stepVarianceNames)[number];

/** The two variances between which that of a step lies. */
export interface StepVariances {
  /** β̃, the posterior's. */
  readonly variance: number;
  /** β, the variance of a step up from the lower level, which is larger. */
  readonly stepVariance: number;
}

/**
 * The variance of a step.
 *
 * @param share  share of ln β in its logarithm, the rest of which is ln β̃; of a learned variance
 * @source Nichol & Dhariwal 2021, arXiv:2102.09672, equation 15
 */
export function varianceOf(
  { variance: small, stepVariance: large }: StepVariances,
  variance: StepVariance,
  share: number,
): number {
  if (variance === "small") return small;
  if (variance === "large") return large;
  return large ** share * small ** (1 - share);
}
