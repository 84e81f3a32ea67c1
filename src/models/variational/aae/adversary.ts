import { mlp } from "../../../nn/index.js";
import type { Scope } from "../../../nn/scope.js";
import { grad } from "../../../tensor/gradient.js";
import { add, mul, neg, softplus, square } from "../../../tensor/ops/elementwise.js";
import { concat, squeeze } from "../../../tensor/ops/rearrange.js";
import { sum } from "../../../tensor/ops/reduction.js";
import type { Tensor } from "../../../tensor/tensor.js";
import type { AaeConfig } from "./config.js";

export const CRITIC = "critic";

/**
 * How certain the discriminator is that codes were drawn from the prior, as logits: [B, Z] → [B]
 *
 * @param classes  [B, K] beside the code, which ties a class to its region
 */
export function realness(
  root: Scope,
  codes: Tensor,
  { critic }: AaeConfig,
  classes: Tensor | undefined,
): Tensor {
  const given = classes === undefined ? codes : concat([codes, classes], 1);
  return squeeze(
    mlp(root.child(CRITIC), given, { hidden: critic, activation: "leakyRelu", features: 1 }),
    1,
  );
}

/**
 * The discriminator's loss: it tells codes of the prior from codes of images, with R1 on the former.
 *
 * @returns  [B]
 * @source Makhzani et al. 2015, arXiv:1511.05644, section 2; R1: Mescheder, Geiger & Nowozin 2018,
 *         arXiv:1801.04406, equation 9
 */
export function criticLoss(
  root: Scope,
  { prior, codes }: { readonly prior: Tensor; readonly codes: Tensor },
  config: AaeConfig,
  classes: Tensor | undefined,
): Tensor {
  const real = realness(root, prior, config, classes);
  const drawn = realness(root.again("codes"), codes, config, classes);
  const loss = add(softplus(neg(real)), softplus(drawn));
  if (config.penalty === 0) return loss;
  const { slope } = grad(sum(real), { slope: prior });
  return add(loss, mul(sum(square(slope), 1), config.penalty / 2));
}

/** The encoder's loss against the discriminator, which does not saturate where that is certain. */
export const fooling = (realnessOfCodes: Tensor): Tensor => softplus(neg(realnessOfCodes));
