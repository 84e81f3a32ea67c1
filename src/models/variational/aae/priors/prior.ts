import type { Scope } from "../../../../nn/scope.js";
import type { Dim } from "../../../../tensor/shape.js";
import type { Tensor } from "../../../../tensor/tensor.js";

/** What a prior draws from. */
export interface PriorRequest {
  readonly count: Dim;
  /** Length Z of a code. */
  readonly length: number;
  /**
   * [count, 1] uniform on [0, 1): where in the prior a code lies, such as its angle. A class has an equal
   * part of [0, 1), and so a region of the prior.
   */
  readonly place: Tensor;
  /** Float scalar or [count, 1]: the middle of that part, or of [0, 1) where there are no regions. */
  readonly middle: Tensor | number;
  /** Number of regions; 0 where there are none. */
  readonly regions: number;
  /** Float scalar ≥ 0 that scales the spread around the place; at 0 the place is the middle. */
  readonly temperature: Tensor | number;
}

/** A distribution that codes are fitted to: any function that draws. */
export interface Prior {
  /** For explanations. */
  readonly describes: string;
  /** The only length of a code that it has; any where absent. */
  readonly length?: number;
  /** @returns  [count, length], all finite */
  draw(scope: Scope, request: PriorRequest): Tensor;
}
