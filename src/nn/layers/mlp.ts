import type { Tensor } from "../../tensor/tensor.js";
import { type ActivationName, activationNamed } from "../activations.js";
import type { Initialiser, Scope } from "../scope.js";
import { dense } from "./dense.js";
import { dropout } from "./dropout.js";
import { gatedDense } from "./gated-dense.js";

export interface MlpOptions {
  /** Widths of the hidden layers, from the input on; may be empty. */
  readonly hidden: readonly number[];
  /** Activation of each hidden layer, `relu` by default; `gated` computes h · σ(g). */
  readonly activation?: ActivationName | "gated";
  /** Width of a last layer without activation, named `output`; no such layer where absent. */
  readonly features?: number;
  /** Dropout rate after each hidden layer; 0 by default. */
  readonly dropout?: number;
  readonly weightInitialiser?: Initialiser | undefined;
  readonly biasInitialiser?: Initialiser | undefined;
}

/**
 * A multilayer perceptron: hidden layers named `hidden1`, `hidden2`, …, then optionally `output`.
 *
 * @param x  [..., in]
 * @returns  [..., features], or the last hidden layer
 */
export function mlp(scope: Scope, x: Tensor, options: MlpOptions): Tensor {
  const { hidden, activation = "relu", features, dropout: rate = 0 } = options;
  const { weightInitialiser, biasInitialiser } = options;
  const initialisers = { weightInitialiser, biasInitialiser };
  const last = hidden.reduce((input, length, index) => {
    const layer = scope.child(`hidden${index + 1}`);
    const settings = { features: length, ...initialisers };
    const y =
      activation === "gated"
        ? gatedDense(layer, input, settings)
        : activationNamed(activation)(dense(layer, input, settings));
    return dropout(layer, y, { rate });
  }, x);
  return features === undefined
    ? last
    : dense(scope.child("output"), last, { features, ...initialisers });
}
