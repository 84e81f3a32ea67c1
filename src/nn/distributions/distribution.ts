import { transpose } from "../../tensor/ops/rearrange.js";
import type { NoiseDistribution } from "../../tensor/primitives.js";
import type { Shape } from "../../tensor/shape.js";
import type { Tensor } from "../../tensor/tensor.js";
import type { Scope } from "../scope.js";

/** Noise that a sample needs. */
export interface NoiseSpec {
  readonly name: string;
  readonly shape: Shape;
  readonly distribution: NoiseDistribution;
}

/**
 * A distribution whose parameters are tensors: one independent variable per element.
 *
 * Everything broadcasts: values or noise with further leading axes, such as several samples per
 * image, give results with those axes. Log-probabilities are in nats.
 */
export interface Distribution {
  /** The noise that {@link sample} takes for one draw, in order. No sampler hides randomness. */
  readonly noise: readonly NoiseSpec[];
  /** log p(x), one per element: their sum is the log-density of an item. */
  logProb(x: Tensor): Tensor;
  /** A sample made from noise, differentiable in the parameters where the distribution says so. */
  sample(...noise: Tensor[]): Tensor;
  /** Expected value of each element. */
  mean(): Tensor;
}

/**
 * Samples with noise that the runtime provides, new for each draw. An item, one index of the noise's
 * first axis, draws the same in any batch.
 *
 * @param scope    names the noise: `scope.child("z")`
 * @param samples  number of draws of each element, as a new first axis; no such axis where absent
 */
export function draw(scope: Scope, distribution: Distribution, samples?: number): Tensor {
  const noise = distribution.noise.map(({ name, shape, distribution: kind }) => {
    if (samples === undefined) return scope.noise(name, shape, kind);
    // The first axis counts items, whose draws must lie together: samples come second.
    const drawn = scope.noise(name, [...shape.slice(0, 1), samples, ...shape.slice(1)], kind);
    return shape.length === 0 ? drawn : samplesFirst(drawn);
  });
  return distribution.sample(...noise);
}

/** [B, samples, …] → [samples, B, …] */
function samplesFirst(x: Tensor): Tensor {
  const others = x.shape.slice(2).map((_, axis) => axis + 2);
  return transpose(x, [1, 0, ...others]);
}
