import type { Tensor } from "../tensor/tensor.js";

/**
 * A rule that moves parameters against their gradient. Everything is elementwise, so that parameters
 * may be moved one by one or, joined into one vector, all together.
 */
export interface Optimizer {
  readonly name: string;
  /** Names of what the rule carries for each parameter, of the parameter's shape, zero at first. */
  readonly moments: readonly string[];
  /**
   * Scalars that change from update to update, computed on the host in double precision.
   *
   * @param update        1 for the first
   * @param learningRate  of this update, as the schedule gives it
   */
  scalars(update: number, learningRate: number): Readonly<Record<string, number>>;
  /**
   * @param parameters  of any shape
   * @param gradient    of the same shape
   * @param moments     of the same shape each, by name
   * @param scalars     the values of {@link scalars}, by name
   * @returns           the new parameters and moments, all of that shape
   */
  update(
    parameters: Tensor,
    gradient: Tensor,
    moments: Readonly<Record<string, Tensor>>,
    scalars: Readonly<Record<string, Tensor>>,
  ): { readonly parameters: Tensor; readonly moments: Readonly<Record<string, Tensor>> };
}
