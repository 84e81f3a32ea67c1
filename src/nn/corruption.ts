import { add, less, mul, where } from "../tensor/ops/elementwise.js";
import type { Tensor } from "../tensor/tensor.js";
import type { Scope } from "./scope.js";

export const corruptionKinds = ["gaussian", "masking", "salt-and-pepper"] as const;

/** A way to damage an image. */
export interface Corruption {
  /**
   * `gaussian` adds noise, `masking` sets values to 0, `salt-and-pepper` to 0 or 1 with equal chance.
   */
  readonly kind: (typeof corruptionKinds)[number];
  /** The noise's standard deviation, or the share of values that are replaced. */
  readonly level: number;
}

/** What is wrong with a corruption's level, as the end of a sentence; undefined where nothing is. */
export function levelProblem({ kind, level }: Corruption): string | undefined {
  if (kind === "gaussian") {
    return level > 0 && Number.isFinite(level)
      ? undefined
      : `the standard deviation of gaussian corruption must be a number > 0, not ${level}`;
  }
  return level > 0 && level < 1
    ? undefined
    : `the share of values that ${kind} replaces must be in (0, 1), not ${level}`;
}

/**
 * Damages values. Gaussian noise is not clipped, so the result may leave [0, 1].
 *
 * @param x  [B, …] in [0, 1]
 * @source Vincent et al. 2010, Stacked Denoising Autoencoders, JMLR 11:3371, section 3.3
 */
export function corrupt(scope: Scope, x: Tensor, { kind, level }: Corruption): Tensor {
  if (kind === "gaussian") {
    return add(x, mul(scope.noise("corruption", x.shape, "normal"), level));
  }
  const chance = scope.noise("corruption", x.shape, "uniform");
  const masked = (share: number, value: number, others: Tensor) =>
    where(less(chance, share), value, others);
  return kind === "masking" ? masked(level, 0, x) : masked(level / 2, 0, masked(level, 1, x));
}
