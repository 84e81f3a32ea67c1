import type { DataTraits } from "../../../core/batch.js";
import { explanationOf } from "../../explanation.js";
import { describePixels } from "../../pixel-likelihood.js";
import { formatCount } from "../../typography.js";
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
  const { latent, likelihood, std } = config;
  const [y, and] = config.conditional ? [" | y", ", y"] : ["", ""];
  const gaussian =
    std > 0 ? `N(xᵢ; μᵢ(z), ${std}²)` : "N(xᵢ; μᵢ(z), σ²), with one learned σ for all pixels";
  const pixel = likelihood === "bernoulli" ? "Bernoulli(xᵢ; πᵢ(z))" : gaussian;
  const [ofEncoder, ofDecoder, all] = [encoder, decoder, encoder + decoder].map((count) =>
    formatCount(BigInt(count)),
  );
  return explanationOf({
    Factorisation: [
      `p(x${y}) = ∫ p(z) p(x | z${and}) dz, with a code z of ${latent} numbers and p(z) = N(0, I)`,
      `the integral has no closed form: q(z | x${and}) = N(z; μ(x${and}), diag σ²(x${and})) approximates p(z | x${and}), and`,
      `−log p(x${y}) ≤ −E_q[log p(x | z${and})] + KL(q(z | x${and}) ‖ p(z))`,
      ...(config.conditional ? ["y is the class of the image"] : []),
    ],
    "Conditional independence": [
      "xᵢ ⊥ xⱼ | z for all i ≠ j: given the code, values are independent",
      "zᵢ ⊥ zⱼ for all i ≠ j a priori; q assumes this given an image as well",
    ],
    Pixel: [`p(xᵢ | z) = ${pixel}`, describePixels(likelihood, data)],
    Parameters: [`encoder ${ofEncoder} + decoder ${ofDecoder} = ${all}`],
  });
}
