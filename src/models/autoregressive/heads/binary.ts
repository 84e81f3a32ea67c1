import { bernoulli, bernoulliNll, temperedLogits } from "../../../nn/index.js";
import { mul, sub } from "../../../tensor/ops/elementwise.js";
import { BINARY_PIXELS } from "../../pixel-likelihood.js";
import type { Head } from "./head.js";

/** A head for pixels that are 0 or 1, with one logit per channel. */
export function binaryHead(channels: number): Head {
  return {
    kind: "binary",
    outputs: channels,
    groups: channels,
    uniforms: channels,
    describes: BINARY_PIXELS,
    embed: (pixelsUnit) => sub(mul(pixelsUnit, 2), 1),
    nll: (parameters, pixelsUnit) => bernoulliNll(pixelsUnit, parameters),
    draw: (parameters, { uniforms, temperature }) =>
      bernoulli(temperedLogits(parameters, temperature)).sample(uniforms),
  };
}
