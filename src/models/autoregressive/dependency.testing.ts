import type { Batch, DataTraits } from "../../core/batch.js";
import { pixelsPerImage } from "../../core/batch.js";
import { batchInputs } from "../../core/state.js";

import { type Scope, trace, Variables } from "../../nn/scope.js";
import { interpret, type NDArray } from "../../runtime/interpreter/index.js";
import { stream } from "../../runtime/random.js";
import type { Tensor } from "../../tensor/tensor.js";

/** A part of a model, with a result for each image of a batch: [B, …]. */
export type Build = (scope: Scope, batch: Batch) => Tensor;

/** Values of a model's state by full name, `parameters.…` and `buffers.…`. */
export type Values = ReadonlyMap<string, ArrayLike<number>>;

/** Weights and images of a perturbation test. */
export interface Perturbation {
  /** By default every parameter is drawn from N(0, ½²), so that no zero hides a dependency. */
  readonly values?: Values;
  /** Number of images, 8 by default. A rectifier that is inactive for one may be active for another. */
  readonly images?: number;
  readonly seed?: number;
}

/**
 * Evaluates a part of a model on images, in float64.
 *
 * @param pixelsUnit  [N, C, H, W]
 * @returns           [N, …]
 */
export function evaluate(
  build: Build,
  data: DataTraits,
  pixelsUnit: ArrayLike<number>,
  values?: Values,
): NDArray {
  const variables = new Variables();
  const { result } = trace(variables, false, (scope) => build(scope, batchInputs(data)));
  const state = values ?? genericValues(variables);
  const B = pixelsUnit.length / pixelsPerImage(data);
  const classes = new Int32Array(B);
  return interpret(
    [result],
    { ...Object.fromEntries(state), pixelsUnit, class: classes },
    { B },
  )[0];
}

function genericValues(variables: Variables): Values {
  return new Map(
    variables.list().map(({ kind, path, shape, initialise }): [string, ArrayLike<number>] => {
      const draws = stream(0, `generic.${path}`);
      if (kind === "buffer") return [`buffers.${path}`, initialise(shape, draws)];
      const drawn = new Float64Array(shape.reduce((product, dim) => product * dim, 1));
      draws.normal(drawn);
      return [`parameters.${path}`, drawn.map((value) => value / 2)];
    }),
  );
}

/**
 * The largest change of each output over some random images when one variable changes. It is exactly 0
 * if the output does not depend on the variable, because the interpreter computes images separately and
 * in a fixed order.
 *
 * @param build  gives [B, N, …], such as the logits or the log-probabilities of N = C·H·W variables;
 *               further axes, such as classes, count together
 * @returns      [N][D]: row i holds the changes of output i, by changed variable of D = C·H·W
 */
export function dependencyMatrix(
  build: Build,
  data: DataTraits,
  { values, images = 8, seed = 0 }: Perturbation = {},
): number[][] {
  const pixels = pixelsPerImage(data);
  const perturbed: number[] = [];
  for (let image = 0; image < images; image++) {
    const [base, other] = [new Float64Array(pixels), new Float64Array(pixels)];
    drawPixels(data, base, stream(seed, "base", image));
    drawPixels(data, other, stream(seed, "other", image));
    for (let row = 0; row <= pixels; row++) {
      const copy = Array.from(base);
      if (row > 0) copy[row - 1] = otherValue(data, base[row - 1], other[row - 1]);
      perturbed.push(...copy);
    }
  }
  const { data: said, shape } = evaluate(build, data, perturbed, values);
  const outputs = shape[1];
  const each = said.length / (shape[0] * outputs);
  return Array.from({ length: outputs }, (_, output) =>
    Array.from({ length: pixels }, (_, pixel) => {
      let most = 0;
      for (let image = 0; image < images; image++) {
        for (let entry = 0; entry < each; entry++) {
          const at = (row: number) =>
            said[((image * (pixels + 1) + row) * outputs + output) * each + entry];
          most = Math.max(most, Math.abs(at(pixel + 1) - at(0)));
        }
      }
      return most;
    }),
  );
}

function drawPixels(
  { levels }: DataTraits,
  out: Float64Array,
  draws: ReturnType<typeof stream>,
): void {
  draws.uniform(out);
  if (levels === null) return;
  out.forEach((value, pixel) => {
    out[pixel] = Math.floor(value * levels) / (levels - 1);
  });
}

/** A pixel value different from `from`. */
function otherValue({ levels }: DataTraits, from: number, candidate: number): number {
  if (levels === 2) return 1 - from;
  if (candidate !== from) return candidate;
  return from < 0.5 ? 1 : 0;
}

/**
 * The sum of the probabilities of all images of a small shape, which is 1 for a distribution.
 *
 * @param score  gives [B] nats
 * @param data   with at most 2¹⁶ images, counted by `levels`
 */
export function totalProbability(score: Build, data: DataTraits, values?: Values): number {
  const { data: nats } = evaluate(score, data, everyImage(data), values);
  return nats.reduce((sum, value) => sum + Math.exp(-value), 0);
}

/**
 * All images of a small shape: [levels^D, C, H, W].
 *
 * @throws RangeError when there are more than 2¹⁶, or a pixel has no levels
 */
export function everyImage(data: DataTraits): Float32Array {
  const pixels = pixelsPerImage(data);
  const levels = data.levels ?? Number.NaN;
  const count = levels ** pixels;
  if (!(count <= 2 ** 16)) throw new RangeError(`${levels}^${pixels} images are too many`);
  return Float32Array.from({ length: count * pixels }, (_, index) => {
    const [image, pixel] = [Math.floor(index / pixels), index % pixels];
    return (Math.floor(image / levels ** pixel) % levels) / (levels - 1);
  });
}
