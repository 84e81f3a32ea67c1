import { categorical } from "../../../nn/distributions/categorical.js";
import type { Scope } from "../../../nn/scope.js";
import { temperedClassLogits } from "../../../nn/temperature.js";
import { mul, sub } from "../../../tensor/ops/elementwise.js";
import { oneHot } from "../../../tensor/ops/indexing.js";
import { concat, sliceAxis, zerosOfShape } from "../../../tensor/ops/rearrange.js";
import type { Dim } from "../../../tensor/shape.js";
import { constant, type Tensor } from "../../../tensor/tensor.js";

/** The parts of a generator's input, in this order. */
export interface CodeLayout {
  /** Values of the categorical code, which is one-hot. */
  readonly categories: number;
  /** Codes uniform on [−1, 1]. */
  readonly continuous: number;
  /** Length of the incompressible noise, N(0, I). */
  readonly latent: number;
}

/** Length of the generator's input. */
export const inputLength = ({ categories, continuous, latent }: CodeLayout): number =>
  categories + continuous + latent;

/**
 * Draws the generator's input.
 *
 * @param spread  scales the continuous codes and the noise; near 0 the category is the first
 * @returns       [count, categories + continuous + latent]
 */
export function drawnInput(
  scope: Scope,
  count: Dim,
  spread: Tensor | number,
  { categories, continuous, latent }: CodeLayout,
): Tensor {
  const temperature = typeof spread === "number" ? constant(spread) : spread;
  const even = temperedClassLogits(zerosOfShape([count, categories]), temperature);
  const category = categorical(even).sample(scope.noise("category", [count], "uniform"));
  const share = scope.noise("continuous", [count, continuous], "uniform");
  const noise = scope.noise("z", [count, latent], "normal");
  return concat(
    [oneHot(category, categories), mul(sub(mul(share, 2), 1), spread), mul(noise, spread)],
    1,
  );
}

/**
 * The generator's input for codes alone, with noise 0.
 *
 * @param codes  [B, categories + continuous]
 */
export const inputOf = (codes: Tensor, { latent }: CodeLayout): Tensor =>
  concat([codes, zerosOfShape([codes.shape[0], latent])], 1);

/** The categorical code [B, categories] and the continuous ones [B, continuous] of an input. */
export function codesOf(z: Tensor, { categories, continuous }: CodeLayout) {
  return {
    category: sliceAxis(z, 1, { start: 0, end: categories }),
    continuous: sliceAxis(z, 1, { start: categories, end: categories + continuous }),
  };
}
