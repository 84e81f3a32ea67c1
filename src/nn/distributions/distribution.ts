import type { NoiseDistribution } from "../../tensor/primitives.js";
import type { Shape } from "../../tensor/shape.js";
import type { Tensor } from "../../tensor/tensor.js";
import type { Scope } from "../scope.js";

/** Noise that a sample is made from. */
export interface NoiseSpec {
  readonly name: string;
  readonly shape: Shape;
  readonly distribution: NoiseDistribution;
}

/**
 * A distribution whose parameters are tensors: one independent variable an element.
 *
 * Everything broadcasts: a value or noise with further leading axes, of several samples an image say,
 * gives results with those axes. Probabilities are in nats.
 */
export interface Distribution {
  /** What {@link sample} takes for one draw, in its order. Nothing random is hidden in a sampler. */
  readonly noise: readonly NoiseSpec[];
  /** log p(x), an element each: sum them for the density of an item. */
  logProb(x: Tensor): Tensor;
  /** A draw made from noise, differentiable in the parameters where the distribution says so. */
  sample(...noise: Tensor[]): Tensor;
  /** Expected value, an element each. */
  mean(): Tensor;
}

/**
 * Samples with noise that the runtime fills, of its own for each draw.
 *
 * @param scope    gives the noise its name: `scope.child("z")`
 * @param samples  draws of each element, as a new first axis; none when left out
 */
export function draw(scope: Scope, distribution: Distribution, samples?: number): Tensor {
  const leading = samples === undefined ? [] : [samples];
  const noise = distribution.noise.map((spec) =>
    scope.noise(spec.name, [...leading, ...spec.shape], spec.distribution),
  );
  return distribution.sample(...noise);
}
