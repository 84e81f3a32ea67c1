import type { Tensor } from "../tensor/tensor.js";

/**
 * A rule that moves parameters against their gradient. It works elementwise on one flat vector, so
 * a step takes only a few operators, however many layers there are.
 */
export interface Optimizer {
  readonly name: string;
  /**
   * Names of the vectors that the rule keeps, each as long as the parameters and initially zero.
   */
  readonly moments: readonly string[];
  /**
   * Computes the scalars of an update, on the host in double precision.
   *
   * @param update        1 for the first
   * @param learningRate  learning rate of this update, from the schedule
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
