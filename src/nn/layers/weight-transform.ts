import type { Tensor } from "../../tensor/tensor.js";
import type { Scope } from "../scope.js";

/**
 * Changes a layer's weight before the layer uses it: a mask, a normalisation, a scale. Gradients flow
 * through it.
 *
 * @param scope  the layer's own, for buffers beside its weight
 */
export type WeightTransform = (weight: Tensor, scope: Scope) => Tensor;
