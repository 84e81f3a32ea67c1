import { FigmentError } from "../tensor/errors.js";
import { elu, gelu, leakyRelu, silu } from "../tensor/ops/activation.js";
import { relu, sigmoid, softplus, tanh } from "../tensor/ops/elementwise.js";
import type { Tensor } from "../tensor/tensor.js";

const activations = {
  relu,
  /** Slope 0.01 below 0. */
  leakyRelu: (x: Tensor) => leakyRelu(x),
  /** α = 1 */
  elu: (x: Tensor) => elu(x),
  /** Uses the exact normal distribution function. */
  gelu,
  silu,
  tanh,
  sigmoid,
  softplus,
} as const;

export type ActivationName = keyof typeof activations;

/** The names that {@link activationNamed} knows. */
export const activationNames = Object.keys(activations) as ActivationName[];

/** Finds an activation by name. @throws FigmentError listing the names when it is unknown */
export function activationNamed(name: ActivationName): (x: Tensor) => Tensor {
  if (!Object.hasOwn(activations, name)) {
    throw new FigmentError(
      `there is no activation "${name}"; there are ${activationNames.join(", ")}`,
    );
  }
  return activations[name];
}
