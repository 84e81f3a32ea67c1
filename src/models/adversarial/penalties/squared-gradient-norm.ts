import { grad } from "../../../tensor/gradient.js";
import { square } from "../../../tensor/ops/elementwise.js";
import { flatten } from "../../../tensor/ops/rearrange.js";
import { sum } from "../../../tensor/ops/reduction.js";
import type { Tensor } from "../../../tensor/tensor.js";

/** What the discriminator looked at, and what it said. */
export interface Judged {
  /** [N, …] its input */
  readonly seen: Tensor;
  /** [N] each of which depends on its own row of `seen` alone */
  readonly outputs: Tensor;
}

/** ‖∇D(x)‖² for each input: [N] */
export function squaredGradientNorm({ seen, outputs }: Judged): Tensor {
  const { gradient } = grad(sum(outputs), { gradient: seen });
  return sum(square(flatten(gradient)), 1);
}
