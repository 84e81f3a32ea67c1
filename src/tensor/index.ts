export * from "./dtype.js";
export * from "./errors.js";
export { grad, valueAndGrad } from "./gradient.js";
export { reachable } from "./graph.js";
export * from "./ops/activation.js";
export * from "./ops/convolution.js";
export * from "./ops/elementwise.js";
export * from "./ops/indexing.js";
export * from "./ops/linear.js";
export * from "./ops/pooling.js";
export * from "./ops/rearrange.js";
export * from "./ops/reduction.js";
export * from "./ops/upsampled-convolution.js";
export type {
  ConvAttributes,
  InputSource,
  NoiseDistribution,
  PoolAttributes,
  PrimitiveName,
  Primitives,
} from "./primitives.js";
export { scan } from "./recurrence.js";
export * from "./shape.js";
export * from "./tensor.js";
export * from "./tree.js";
