import { add } from "../../../tensor/ops/elementwise.js";
import type { Tensor } from "../../../tensor/tensor.js";

/** A player's loss with the terms that its settings ask for: [B] each; undefined ones are left out. */
export const withTerms = (loss: Tensor, ...terms: readonly (Tensor | undefined)[]): Tensor =>
  terms.reduce<Tensor>((sum, term) => (term === undefined ? sum : add(sum, term)), loss);
