import { gather } from "../../tensor/ops/indexing.js";
import type { Tensor } from "../../tensor/tensor.js";
import { normalValues } from "../initialisers.js";
import type { Initialiser, Scope } from "../scope.js";

export interface EmbeddingOptions {
  /** Number of symbols. */
  readonly count: number;
  /** Length of a symbol's vector. */
  readonly features: number;
  /** N(0, 1) by default, as in PyTorch. */
  readonly weightInitialiser?: Initialiser | undefined;
}

/**
 * A learned vector for each symbol. `weight` is `[count, features]`.
 *
 * @param indices  int64 or int32 of any shape, each in [0, count); see `gather` for other values
 * @returns        [...indices, features]
 */
export function embedding(scope: Scope, indices: Tensor, options: EmbeddingOptions): Tensor {
  const { count, features, weightInitialiser = normalValues() } = options;
  return gather(scope.parameter("weight", [count, features], weightInitialiser), indices, 0);
}
