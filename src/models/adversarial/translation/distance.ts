import { abs, sub } from "../../../tensor/ops/elementwise.js";
import { flatten } from "../../../tensor/ops/rearrange.js";
import { mean } from "../../../tensor/ops/reduction.js";
import type { Tensor } from "../../../tensor/tensor.js";

/** Mean distance of the values of two batches of images, |x − y|: [B, …] each → [B] */
export const l1Distance = (x: Tensor, y: Tensor): Tensor => mean(abs(flatten(sub(x, y))), 1);
