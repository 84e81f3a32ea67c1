import type { Tensor } from "../tensor/tensor.js";

/**
 * A rule that moves parameters against their gradient. Everything is elementwise over one flat
 * vector, so that a step costs a handful of operators however many layers there are.
 */
export interface Optimizer {
  readonly name: string;
  /** Names of the vectors that the rule carries, each as long as the parameters, zero at first. */
  readonly moments: readonly string[];
  /**
   * Scalars that change from update to update, computed on the host in double precision.
   *
   * @param update        1 for the first
   * @param learningRate  of this update, as the schedule gives it
   */
  scalars(update: number, learningRate: number): Readonly<Record<string, number>>;
  /**
   * @param parameters  [P]
   * @param gradient    [P]
   * @param moments     [P] each, by name
   * @param scalars     the values of {@link scalars}, by name
   * @returns           the new parameters and moments, [P] each
   */
  update(
    parameters: Tensor,
    gradient: Tensor,
    moments: Readonly<Record<string, Tensor>>,
    scalars: Readonly<Record<string, Tensor>>,
  ): { readonly parameters: Tensor; readonly moments: Readonly<Record<string, Tensor>> };
}
