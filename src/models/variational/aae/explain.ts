import { explanationOf } from "../../explanation.js";
import { formatCount } from "../../typography.js";
import type { AaeConfig } from "./config.js";
import type { Prior } from "./priors/prior.js";

/** Numbers of learned parameters, by network. */
export interface AaeParameters {
  readonly autoencoder: number;
  readonly critic: number;
}

/** Explains the prior, the objective and the parameters. */
export function explain(
  { latent, loss, regulariser, weight, posteriorStd }: AaeConfig,
  prior: Prior,
  regions: number,
  { autoencoder, critic }: AaeParameters,
): string {
  const error = loss === "squared" ? "‖x − G(z)‖²" : "the cross-entropy of x under G(z)";
  const fit =
    regulariser === "mmd"
      ? "the squared maximum mean discrepancy between codes and prior (a Wasserstein autoencoder)"
      : "−log σ(D(z)) against a discriminator D that tells codes of images from codes of the prior";
  const [all, ofCritic] = [autoencoder, critic].map((count) => formatCount(BigInt(count)));
  return explanationOf({
    Factorisation: [
      `x = G(z) with a code z of ${latent} numbers drawn from the prior`,
      `prior: ${prior.describes}`,
      ...(regions > 0 ? [`each of ${regions} classes has its own region`] : []),
      "G is a function, not a distribution: there is no density of images",
    ],
    ...(posteriorStd > 0 && {
      Posterior: [`q(z | x) = N(E(x), ${posteriorStd}²) with the encoder E`],
    }),
    "Conditional independence": ["none: G turns one z into all pixels at once"],
    Objective: [
      `the mean of ${error} + ${weight} · (${fit})`,
      "it fits the codes of all images together to the prior, q(z) = E_x[q(z | x)], where a VAE fits those of each image",
    ],
    Parameters: [
      `encoder and decoder ${all}${critic > 0 ? `; discriminator ${ofCritic}, which only training uses` : ""}`,
    ],
  });
}
