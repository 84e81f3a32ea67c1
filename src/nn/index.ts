export { type Bernoulli, bernoulli } from "./distributions/bernoulli.js";
export { type Distribution, draw, type NoiseSpec } from "./distributions/distribution.js";
export { klToStandardNormal } from "./distributions/kl.js";
export { type Normal, normal } from "./distributions/normal.js";
export * from "./initialisers.js";
export { type ConvTranspose2dOptions, convTranspose2d } from "./layers/conv-transpose2d.js";
export { type Conv2dOptions, conv2d } from "./layers/conv2d.js";
export { type DenseOptions, dense } from "./layers/dense.js";
export type { Optimizer } from "./optimizer.js";
export { type AdamOptions, adam } from "./optimizers/adam.js";
export {
  type Initialiser,
  placeOf,
  type Scope,
  type Traced,
  trace,
  type Variable,
  Variables,
} from "./scope.js";
