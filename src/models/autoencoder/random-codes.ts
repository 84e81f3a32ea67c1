import { ones, zeros } from "../../nn/index.js";
import type { Scope } from "../../nn/scope.js";
import { add, mul, sqrt, stopGradient } from "../../tensor/ops/elementwise.js";
import { mean, variance } from "../../tensor/ops/reduction.js";
import type { Dim } from "../../tensor/shape.js";
import type { Tensor } from "../../tensor/tensor.js";
import { ENCODER } from "./network.js";

/** Share of the new batch in the running statistics. */
const MOMENTUM = 0.1;

/** What samples of an autoencoder without a prior are, as reports say it. */
export const RANDOM_CODES =
  "random codes: each number on its own, with the mean and variance of the training codes. Nothing trained the decoder on such codes, so this is no generative model";

function statistics(root: Scope, length: number) {
  // Within the encoder, so that averaged weights come with averaged statistics.
  const scope = root.child(ENCODER).child("codes");
  return {
    mean: scope.buffer("mean", [length], zeros),
    variance: scope.buffer("variance", [length], ones),
  };
}

/**
 * Lets running statistics follow the codes of a training batch.
 *
 * @param codes  [B, Z] before their activation
 */
export function followCodes(root: Scope, codes: Tensor): void {
  const now = stopGradient(codes);
  const running = statistics(root, codes.shape[1] as number);
  const follow = (buffer: Tensor, value: Tensor) =>
    root.update(buffer, add(mul(buffer, 1 - MOMENTUM), mul(value, MOMENTUM)));
  follow(running.mean, mean(now, 0));
  follow(running.variance, variance(now, 0));
}

/**
 * Codes of independent numbers with the running mean and variance: [count, length]
 *
 * @param temperature  float scalar ≥ 0 that scales the spread
 */
export function randomCodes(root: Scope, count: Dim, length: number, temperature: Tensor): Tensor {
  const { mean: centre, variance: spread } = statistics(root, length);
  const noise = root.noise("codes", [count, length], "normal");
  return add(centre, mul(mul(sqrt(spread), temperature), noise));
}
