import { gather } from "../../../../tensor/ops/indexing.js";
import { transpose } from "../../../../tensor/ops/rearrange.js";
import type { Tensor } from "../../../../tensor/tensor.js";

/** Looks up codes: vectors [K, D] and tokens [N, h, w] → [N, D, h, w] */
export const lookUp = (codebook: Tensor, tokens: Tensor): Tensor =>
  transpose(gather(codebook, tokens), [0, 3, 1, 2]);
