import { mul } from "../../tensor/ops/elementwise.js";
import type { Optimizer } from "../optimizer.js";
import { type AdamOptions, adamRule } from "./adam.js";

/** As for Adam, but `weightDecay` shrinks the parameters directly; 0.01 by default. */
export type AdamWOptions = AdamOptions;

/**
 * Adam with decoupled weight decay, equal to `torch.optim.AdamW`: parameters are first multiplied by
 * 1 − learning rate · weightDecay.
 *
 * @source Loshchilov & Hutter 2019, arXiv:1711.05101, algorithm 2
 */
export function adamW(options: AdamWOptions = {}): Optimizer {
  const { weightDecay = 0.01, ...rest } = options;
  const rule = adamRule(rest);
  return {
    name: "adamW",
    moments: rule.moments,
    scalars: (update, learningRate) => ({
      ...rule.scalars(update, learningRate),
      decay: 1 - learningRate * weightDecay,
    }),
    update: (parameters, gradient, moments, scalars) =>
      rule.update(mul(parameters, scalars.decay), gradient, moments, scalars),
  };
}
