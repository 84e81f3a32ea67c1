import type { DataTraits } from "../../../core/batch.js";
import { explanationOf } from "../../explanation.js";
import { formatCount } from "../../typography.js";
import type { Schedule } from "../schedules/index.js";
import type { DdpmConfig } from "./config.js";

const TARGETS: Readonly<Record<DdpmConfig["prediction"], string>> = {
  eps: "the noise ε",
  x0: "the image x₀",
  v: "v = α·ε − s·x₀",
  flow: "the velocity ε − x₀",
};

const VARIANCES: Readonly<Record<DdpmConfig["variance"], string>> = {
  small: "its own variance β̃",
  large: "the variance β",
  learned: "a variance that is learned for each pixel, between β̃ and β",
};

/** Explains the factorisation, what is learned, the independence assumptions and the parameters. */
export function explain(
  config: DdpmConfig,
  { levels }: Pick<DataTraits, "levels">,
  { sigmas }: Schedule,
  parameters: number,
): string {
  const { steps, schedule, prediction, weighting, variance } = config;
  const conditions = [
    ...(config.conditional ? ["class"] : []),
    ...(config.captioned ? ["caption"] : []),
  ];
  const [y, of] = conditions.length > 0 ? [" | y", ", y"] : ["", ""];
  const last = sigmas[steps];
  const end = Number.isFinite(last) ? last.toPrecision(3) : "∞, noise alone";
  const decoder =
    levels === null
      ? "p(x₀ | z₁) is a density of real pixels"
      : `p(x₀ | z₁) gives ${levels} levels their bins of a Gaussian, with open edge bins`;
  return explanationOf({
    Factorisation: [
      `p(x₀${y}) = ∫ p(z_T) ∏ p(zₜ₋₁ | zₜ${of}) p(x₀ | z₁${of}) dz, T = ${steps}, p(z_T) = N(0, I)`,
      `q(zₜ | x₀) = N(αₜ·x₀, sₜ²·I), with noise level σₜ = sₜ/αₜ of the ${schedule} schedule, from ${sigmas[1].toPrecision(3)} to ${end}`,
      `p(zₜ₋₁ | zₜ${of}) = q(zₜ₋₁ | zₜ, x₀ = D(zₜ; σₜ${of})) with ${VARIANCES[variance]}`,
      ...(y === "" ? [] : [`y is the ${conditions.join(" and the ")} of the image`]),
    ],
    Learned: [
      `the network predicts ${TARGETS[prediction]} of zₜ, from which D, the estimate of x₀, follows`,
      `squared error, weights of the noise levels: ${weighting}`,
      ...(variance === "learned"
        ? ["the bound's term of a step, for the variance alone, with weight 0.001 a step"]
        : []),
    ],
    "Conditional independence": [
      "zₜ ⊥ zₛ | zₜ₊₁ for all s > t + 1: a Markov chain",
      "pixels are independent given the state one step noisier",
    ],
    Pixel: [decoder],
    Parameters: [`network ${formatCount(BigInt(parameters))}`],
  });
}
