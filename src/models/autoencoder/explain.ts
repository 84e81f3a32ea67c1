import type { DataTraits } from "../../core/batch.js";
import { explanationOf, learnedBy } from "../explanation.js";
import { formatCount } from "../typography.js";
import type { Autoencoder } from "./autoencoder.js";

/** What an explanation says about one kind of autoencoder. */
export interface Account {
  /** How the code is made and what is minimised, in lines. */
  readonly objective: readonly string[];
  readonly sampling: string;
}

/** Explains what is learned, why there is no density, and the number of parameters. */
export function explain(autoencoder: Autoencoder, data: DataTraits, account: Account): string {
  const { latent, encode, reconstruct } = autoencoder;
  const encoder = learnedBy((scope, { pixelsUnit }) => encode(scope, pixelsUnit), data);
  const all = learnedBy((scope, { pixelsUnit }) => reconstruct(scope, pixelsUnit), data);
  const pixels = data.channels * data.height * data.width;
  const [ofEncoder, ofDecoder, both] = [encoder, all - encoder, all].map((count) =>
    formatCount(BigInt(count)),
  );
  return explanationOf({
    Factorisation: [
      "none: an autoencoder has no p(x). It learns a code z = f(x) and a reconstruction x̂ = g(z)",
      `z has ${latent} numbers for ${pixels} values of an image: ${latent < pixels ? "undercomplete" : "overcomplete"}`,
    ],
    "Conditional independence": [
      "x̂ₙ ⊥ xₘ | xₙ for all n ≠ m: a reconstruction depends on its own image alone",
    ],
    Objective: account.objective,
    Samples: [account.sampling],
    Parameters: [`encoder ${ofEncoder} + decoder ${ofDecoder} = ${both}`],
  });
}

/** The error of a reconstruction, as explanations write it. */
export const ERRORS = {
  squared: "‖x − x̂‖², the squared error summed over an image's values",
  "cross-entropy": "−Σ x log x̂ + (1 − x) log(1 − x̂), in nats per image",
} as const;
