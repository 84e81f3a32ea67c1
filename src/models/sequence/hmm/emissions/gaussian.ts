import { constantValue } from "../../../../nn/index.js";
import type { Scope } from "../../../../nn/scope.js";
import type { StateValues } from "../../../../runtime/program.js";
import { add, cast, clip, exp, mul, neg, square } from "../../../../tensor/ops/elementwise.js";
import { gather } from "../../../../tensor/ops/indexing.js";
import { concat, transpose } from "../../../../tensor/ops/rearrange.js";
import type { Tensor } from "../../../../tensor/tensor.js";
import type { Emission, EmissionShape } from "./emission.js";

export const MEAN = "parameters.emission.mean";
export const LOG_VAR = "parameters.emission.logVar";
export const LOG_TWO_PI = Math.log(2 * Math.PI);

/** Mean and log-variance of the uniform distribution on [0, 1], the initial values of all states. */
export const [MIDDLE, MIDDLE_LOG_VAR] = [0.5, Math.log(1 / 12)];

/** A state with less than this much of one observation keeps its parameters. */
export const LEAST_WEIGHT = 1e-9;

/** A float64 parameter: in float32, a small variance would be lost in the difference of squares. */
export const doubles = (values: StateValues, name: string): Float64Array =>
  values.get(name) as Float64Array;

/** The parameters that both kinds of covariance share: [K, D] each. */
export function parametersOf(scope: Scope, { states, width }: EmissionShape) {
  const emission = scope.child("emission");
  const shape = [states, width];
  return {
    emission,
    mean: emission.parameter("mean", shape, constantValue(MIDDLE), "float64"),
    logVar: emission.parameter("logVar", shape, constantValue(MIDDLE_LOG_VAR), "float64"),
  };
}

/** Clips means to valid pixels. */
export const meansOf = (mean: Tensor): Tensor => clip(cast(mean, "float32"), 0, 1);

/** Emits real values that are independent given the state. */
export function diagonalGaussian(shape: EmissionShape, varianceFloor: number): Emission {
  const { states, width } = shape;
  const size = states * width;
  return {
    describes:
      "density of pixels in [0, 1] under Gaussians, with a floor on the variances; it can exceed 1",
    formula: "∏ⱼ N(xₜⱼ; μⱼ, σⱼ² of state zₜ)",
    freeParameters: BigInt(2 * size),
    wholeObservations: false,
    features: 3 * width,
    featuresOf(observations) {
      const values = cast(observations.values, "float64");
      return concat([square(values), values, cast(observations.known, "float64")], -1);
    },
    weights(scope) {
      const { mean, logVar } = parametersOf(scope, shape);
      const precision = exp(neg(logVar));
      const squares = mul(square(mean), precision);
      const constants = mul(add(add(squares, logVar), LOG_TWO_PI), -0.5);
      return transpose(concat([mul(precision, -0.5), mul(mean, precision), constants], -1));
    },
    means: (scope) => meansOf(parametersOf(scope, shape).mean),
    draw(scope, drawn, temperature) {
      const { mean, logVar } = parametersOf(scope, shape);
      const std = exp(mul(cast(logVar, "float32"), 0.5));
      const centre = gather(cast(mean, "float32"), drawn);
      const noise = scope.noise("values", centre.shape, "normal");
      return add(centre, mul(mul(gather(std, drawn), noise), temperature));
    },
    start: () =>
      new Map([
        [MEAN, new Float64Array(size).fill(MIDDLE)],
        [LOG_VAR, new Float64Array(size).fill(MIDDLE_LOG_VAR)],
      ]),
    maximise(sums, current) {
      const mean = doubles(current, MEAN).slice();
      const logVar = doubles(current, LOG_VAR).slice();
      for (let index = 0; index < size; index++) {
        const row = Math.floor(index / width) * 3 * width + (index % width);
        const [second, first, weight] = [sums[row], sums[row + width], sums[row + 2 * width]];
        if (!(weight > LEAST_WEIGHT)) continue;
        mean[index] = first / weight;
        const variance = second / weight - mean[index] ** 2;
        logVar[index] = Math.log(Math.max(variance, varianceFloor));
      }
      return new Map([
        [MEAN, mean],
        [LOG_VAR, logVar],
      ]);
    },
    logPrior: () => 0,
    perturb(current, scale, noise) {
      const logVar = doubles(current, LOG_VAR);
      const moved = new Float64Array(size);
      noise.normal(moved);
      const mean = doubles(current, MEAN).map(
        (value, index) => value + scale * Math.exp(logVar[index] / 2) * moved[index],
      );
      return new Map([
        [MEAN, mean],
        [LOG_VAR, logVar],
      ]);
    },
  };
}
