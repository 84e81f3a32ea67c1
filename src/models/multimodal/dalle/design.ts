import type { Scope } from "../../../nn/scope.js";
import type { Program } from "../../../runtime/program.js";
import type { Dim } from "../../../tensor/shape.js";
import type { Tensor } from "../../../tensor/tensor.js";

/** Logits of a batch of captions and images. */
export interface TextAndImageLogits {
  /** [B, L, words] of each word given those before it; absent where the model does not model words. */
  readonly text?: Tensor;
  /** [B, N, K] of each image token given the caption and the tokens before it. */
  readonly image: Tensor;
}

/** How captions and images are put together. */
export interface Design {
  /** Positions of a sequence that is drawn, and those of them before the image's first token. */
  readonly length: number;
  readonly prefix: number;
  /**
   * All positions up to the one that predicts the image's first token, `prefix` + 1, of `size` sequences at
   * once: reads `caption` and `isHidden` and gives what {@link position} gives. Absent without a prefix.
   */
  readonly begin?: (scope: Scope, size: number) => Program;
  /**
   * @param caption   int32 [B, L]
   * @param isHidden  bool [B]
   * @param tokens    int32 [B, N]
   */
  logits(scope: Scope, caption: Tensor, isHidden: Tensor, tokens: Tensor): TextAndImageLogits;
  /**
   * Logits [B, N, K] of each image token given the caption and the tokens that are not hidden.
   *
   * @param hidden  bool [B, N]
   */
  masked(scope: Scope, caption: Tensor, isHidden: Tensor, tokens: Tensor, hidden: Tensor): Tensor;
  /**
   * One position of `size` sequences: reads `position`, `symbol` [size], the symbol of the position
   * before, `caption` [size, L] and `isHidden` [size] (0 or 1); gives `logits` [size, K] of the image's
   * tokens and writes the cache.
   */
  position(scope: Scope, size: Dim): Program;
}
