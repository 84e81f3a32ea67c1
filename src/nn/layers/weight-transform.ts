import type { Tensor } from "../../tensor/tensor.js";
import type { Scope } from "../scope.js";

/**
 * Transforms a layer's weight before use, such as by a mask, a normalisation or a scale. Gradients
 * flow through it.
 *
 * @param scope  scope of the layer, for buffers beside its weight
 */
export type WeightTransform = (weight: Tensor, scope: Scope) => Tensor;
