import type { DataTraits } from "../../../core/batch.js";
import { explanationOf } from "../../explanation.js";
import { describePixels } from "../../pixel-likelihood.js";
import { formatCount } from "../../typography.js";
import { pixelFormula } from "../likelihood/formula.js";
import type { VaeConfig } from "./config.js";

/** Numbers of learned parameters, by network. */
export interface VaeParameters {
  readonly encoder: number;
  readonly decoder: number;
}

/** Explains the factorisation, the bound, the independence assumptions and the parameters. */
export function explain(
  config: VaeConfig,
  data: DataTraits,
  { encoder, decoder }: VaeParameters,
): string {
  const { latent, likelihood, importance, freeBits, prior, components } = config;
  const [y, and] = config.conditional ? [" | y", ", y"] : ["", ""];
  const [ofEncoder, ofDecoder, all] = [encoder, decoder, encoder + decoder].map((count) =>
    formatCount(BigInt(count)),
  );
  return explanationOf({
    Factorisation: [
      `p(x${y}) = ∫ p(z) p(x | z${and}) dz, with a code z of ${latent} numbers and p(z) = ${prior === "gmm" ? `Σₖ πₖ N(z; μₖ, Σₖ) of ${components} Gaussians` : "N(0, I)"}`,
      `the integral has no closed form: q(z | x${and}) = N(z; μ(x${and}), diag σ²(x${and})) approximates p(z | x${and}), and`,
      `−log p(x${y}) ≤ −E_q[log p(x | z${and})] + KL(q(z | x${and}) ‖ p(z))`,
      ...(prior === "gmm"
        ? ["training takes p(z) = N(0, I), and then fits the mixture to draws of q(z | x)"]
        : []),
      ...(importance > 1
        ? [
            `training minimises the tighter −log of the mean of p(x, z) / q(z | x) over ${importance} codes`,
          ]
        : []),
      ...(freeBits > 0
        ? [`training counts the KL of each number of the code from ${freeBits} nats`]
        : []),
      ...(config.conditional ? ["y is the class of the image"] : []),
    ],
    "Conditional independence": [
      "xᵢ ⊥ xⱼ | z for all i ≠ j: given the code, values are independent",
      "zᵢ ⊥ zⱼ for all i ≠ j a priori; q assumes this given an image as well",
    ],
    Pixel: [`p(xᵢ | z) = ${pixelFormula(config)}`, describePixels(likelihood, data)],
    Parameters: [`encoder ${ofEncoder} + decoder ${ofDecoder} = ${all}`],
  });
}
