import type { DataTraits } from "../core/batch.js";

/** The distribution of a pixel given a model's hidden variables. */
export type PixelLikelihood = "bernoulli" | "gaussian" | "discretized-logistic" | "logit-laplace";

/** What a score of pixels that are 0 or 1 measures, as protocols say it. */
export const BINARY_PIXELS = "probability of binary pixels";

/**
 * Whether a likelihood reads grey pixels as probabilities.
 *
 * A Bernoulli log-likelihood is linear in its pixels, so a grey pixel counts as the probability of a 1.
 * The score is then an upper bound on the mean of −log p over all binarisations of the image, which
 * dynamic binarisation draws from.
 */
export const readsGreyAsProbability = (
  likelihood: PixelLikelihood,
  { binary }: Pick<DataTraits, "binary">,
): boolean => likelihood === "bernoulli" && !binary;

/** What a score under this likelihood measures, for its protocol. */
export function describePixels(
  likelihood: PixelLikelihood,
  data: Pick<DataTraits, "binary" | "levels">,
): string {
  if (readsGreyAsProbability(likelihood, data)) {
    return "grey pixels as probabilities: bounds the mean over binarisations";
  }
  switch (likelihood) {
    case "bernoulli":
      return BINARY_PIXELS;
    case "gaussian":
      return "density of pixels in [0, 1] under Gaussians";
    case "discretized-logistic":
      return `probability of pixels of ${data.levels} levels, a discretized logistic each`;
    case "logit-laplace":
      return "density of pixels in [0, 1] under logit-Laplace distributions";
  }
}
