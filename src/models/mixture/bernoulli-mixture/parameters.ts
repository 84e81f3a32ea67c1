import { RunError } from "../../../core/errors.js";
import { zeros } from "../../../nn/initialisers.js";
import type { Scope } from "../../../nn/scope.js";
import type { StateValues } from "../../../runtime/program.js";
import { add, neg, softplus } from "../../../tensor/ops/elementwise.js";
import { matmul } from "../../../tensor/ops/linear.js";
import { flatten } from "../../../tensor/ops/rearrange.js";
import { sum } from "../../../tensor/ops/reduction.js";
import type { Tensor } from "../../../tensor/tensor.js";

/** The sizes of a mixture of K components over D binary pixels. */
export interface Sizes {
  readonly components: number;
  readonly length: number;
}

/** The parameters on the host, row-major. */
export interface HostParameters {
  /** [K] log probability of each component. */
  readonly logWeights: Float32Array;
  /** [K, D] log-odds of each pixel being 1. */
  readonly logits: Float32Array;
}

const NAMES = { logWeights: "parameters.mixture.logWeights", logits: "parameters.mixture.logits" };

/**
 * log p(component, x) of each image.
 *
 * @param pixelsUnit  [B, C, H, W] binary
 * @returns           [B, K] nats
 */
export function jointLogProbs(
  root: Scope,
  pixelsUnit: Tensor,
  { components, length }: Sizes,
): Tensor {
  const scope = root.child("mixture");
  const logWeights = scope.parameter("logWeights", [components], zeros);
  const logits = scope.parameter("logits", [components, length], zeros);
  const rest = add(logWeights, neg(sum(softplus(logits), 1)));
  return add(matmul(flatten(pixelsUnit), logits, { transposeB: true }), rest);
}

export function readParameters(values: StateValues): HostParameters {
  const [logWeights, logits] = [values.get(NAMES.logWeights), values.get(NAMES.logits)];
  if (logWeights instanceof Float32Array && logits instanceof Float32Array) {
    return { logWeights, logits };
  }
  throw new RunError(`the weights have no float32 "${NAMES.logWeights}" and "${NAMES.logits}"`);
}

export function writeParameters({ logWeights, logits }: HostParameters): StateValues {
  return new Map([
    [NAMES.logWeights, logWeights],
    [NAMES.logits, logits],
  ]);
}
