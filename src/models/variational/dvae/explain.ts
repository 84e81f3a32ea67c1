import type { DataTraits } from "../../../core/batch.js";
import { explanationOf } from "../../explanation.js";
import { describePixels } from "../../pixel-likelihood.js";
import { formatCount } from "../../typography.js";
import { pixelFormula } from "../likelihood/formula.js";
import type { DvaeConfig } from "./config.js";
import { type Tokeniser, tokenCount } from "./tokeniser.js";

/** Numbers of learned parameters: of the encoder, and of everything. */
export interface DvaeParameters {
  readonly encoder: number;
  readonly all: number;
}

/** Explains the codes, the bound, the independence assumptions and the parameters. */
export function explain(
  config: DvaeConfig,
  data: DataTraits,
  tokeniser: Tokeniser,
  { encoder, all }: DvaeParameters,
): string {
  const { quantiser, grid } = tokeniser;
  const { codes } = quantiser;
  const tokens = tokenCount(tokeniser);
  const bits = (tokens * Math.log2(codes)).toFixed(0);
  const kl =
    config.quantiser === "gumbel"
      ? "KL(q(z | x) ‖ p(z)) = Σₜ (log K − H(q(zₜ | x))), in nats an image as the reconstruction is"
      : `KL(q(z | x) ‖ p(z)) = T log K = ${(tokens * Math.log(codes)).toFixed(2)} nats, as all mass is on one code each`;
  const parts = [encoder, all - encoder, all].map((count) => formatCount(BigInt(count)));
  return explanationOf({
    Factorisation: [
      `p(x) = Σ_z p(z) p(x | z), with a grid z of ${grid.join("×")} = ${tokens} tokens, each one of K = ${codes} codes`,
      `p(z) is uniform: an image is at most ${bits} bits of tokens`,
      "the sum has too many terms: −log p(x) ≤ −E_q[log p(x | z)] + KL(q(z | x) ‖ p(z))",
      kl,
    ],
    Quantiser: [quantiser.describes],
    "Conditional independence": [
      "xᵢ ⊥ xⱼ | z for all i ≠ j: given the tokens, values are independent",
      "zₛ ⊥ zₜ for all s ≠ t a priori; q assumes this given an image as well",
    ],
    Pixel: [`p(xᵢ | z) = ${pixelFormula(config)}`, describePixels(config.likelihood, data)],
    Parameters: [`encoder ${parts[0]} + decoder and codebook ${parts[1]} = ${parts[2]}`],
  });
}
