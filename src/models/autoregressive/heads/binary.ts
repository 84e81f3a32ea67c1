import { bernoulli, bernoulliNll } from "../../../nn/index.js";
import { cast, div, less, mul, sub } from "../../../tensor/ops/elementwise.js";
import type { Head } from "./head.js";

/** Pixels that are 0 or 1: one logit for each channel. */
export function binaryHead(channels: number): Head {
  return {
    kind: "binary",
    outputs: channels,
    groups: channels,
    uniforms: channels,
    describes: "probability of binary pixels",
    embed: (pixelsUnit) => sub(mul(pixelsUnit, 2), 1),
    nll: (parameters, pixelsUnit) => bernoulliNll(pixelsUnit, parameters),
    draw: (parameters, spread) =>
      spread === "mode"
        ? cast(less(0, parameters), parameters.dtype)
        : bernoulli(div(parameters, spread.temperature)).sample(spread.uniforms),
  };
}
