import type { Scope } from "../../../nn/scope.js";
import type { Dim } from "../../../tensor/shape.js";
import type { Tensor } from "../../../tensor/tensor.js";

/** Which noise levels a model learns and which steps lead from noise to an image. */
export interface Schedule {
  /** [T + 1] the level of each step: 0 at step 0, then rising; the last may be infinite. */
  readonly sigmas: Float64Array;
  /** Levels to train at. */
  draw(scope: Scope, count: Dim): DrawnLevels;
}

export interface DrawnLevels {
  /** [count] float32. */
  readonly sigma: Tensor;
  /** int32 [count] steps 1 … T that these are the levels of, where a schedule trains at its steps. */
  readonly step?: Tensor;
}
