import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import type { Scope } from "../../../../nn/scope.js";
import type { StateValues } from "../../../../runtime/program.js";
import { add, cast, exp, mul, neg } from "../../../../tensor/ops/elementwise.js";
import { gather } from "../../../../tensor/ops/indexing.js";
import { matmul } from "../../../../tensor/ops/linear.js";
import {
  concat,
  expandDims,
  flatten,
  squeeze,
  transpose,
} from "../../../../tensor/ops/rearrange.js";
import { min, sum } from "../../../../tensor/ops/reduction.js";
import type { Emission, EmissionShape } from "./emission.js";
import {
  doubles,
  LEAST_WEIGHT,
  LOG_TWO_PI,
  LOG_VAR,
  MEAN,
  MIDDLE,
  MIDDLE_LOG_VAR,
  meansOf,
  parametersOf,
} from "./gaussian.js";

const AXES = "parameters.emission.axes";

/**
 * Emits real values with a full covariance per state, stored as its principal axes and the log-variances
 * along them: Σ = V diag(e^logVar) Vᵀ. An observation must be known completely or not at all.
 */
export function fullGaussian(shape: EmissionShape, varianceFloor: number): Emission {
  const { states, width } = shape;
  const upright = () => identities(states, width);
  const parameters = (scope: Scope) => {
    const { emission, ...rest } = parametersOf(scope, shape);
    // Column i is axis i.
    const axes = emission.parameter("axes", [states, width, width], upright, "float64");
    return { ...rest, axes };
  };
  const features = width * width + width + 1;
  return {
    describes:
      "density of pixels in [0, 1] under Gaussians, with a floor on the variances; it can exceed 1",
    formula: "N(xₜ; μ, Σ of state zₜ)",
    freeParameters: BigInt(states) * BigInt(width + (width * (width + 1)) / 2),
    wholeObservations: true,
    features,
    featuresOf(observations) {
      const whole = min(cast(observations.known, "float64"), -1, true);
      const values = mul(cast(observations.values, "float64"), whole);
      const products = flatten(mul(expandDims(values, -1), expandDims(values, -2)), 2);
      return concat([products, values, whole], -1);
    },
    weights(scope) {
      const { mean, logVar, axes } = parameters(scope);
      const scaled = mul(axes, expandDims(exp(neg(logVar)), 1));
      const precision = matmul(scaled, axes, { transposeB: true });
      const pull = squeeze(matmul(precision, expandDims(mean, -1)), -1);
      const squares = add(sum(mul(mean, pull), -1, true), sum(logVar, -1, true));
      const constants = mul(add(squares, width * LOG_TWO_PI), -0.5);
      return transpose(concat([mul(flatten(precision), -0.5), pull, constants], -1));
    },
    means: (scope) => meansOf(parameters(scope).mean),
    draw(scope, drawn, temperature) {
      const { mean, logVar, axes } = parameters(scope);
      const factor = cast(mul(axes, expandDims(exp(mul(logVar, 0.5)), 1)), "float32");
      const noise = scope.noise("values", [...drawn.shape, width, 1], "normal");
      const spread = squeeze(matmul(gather(factor, drawn), noise), -1);
      return add(gather(cast(mean, "float32"), drawn), mul(spread, temperature));
    },
    start: () =>
      new Map([
        [MEAN, new Float64Array(states * width).fill(MIDDLE)],
        [LOG_VAR, new Float64Array(states * width).fill(MIDDLE_LOG_VAR)],
        [AXES, Float64Array.from(identities(states, width))],
      ]),
    maximise(sums, current) {
      const [mean, logVar, axes] = [MEAN, LOG_VAR, AXES].map((name) =>
        doubles(current, name).slice(),
      );
      for (let state = 0; state < states; state++) {
        const row = sums.subarray(state * features, (state + 1) * features);
        const weight = row[features - 1];
        if (!(weight > LEAST_WEIGHT)) continue;
        const centre = row.subarray(width * width, features - 1).map((value) => value / weight);
        const covariance = row
          .subarray(0, width * width)
          .map((value, at) => value / weight - centre[Math.floor(at / width)] * centre[at % width]);
        const principal = principalAxes(covariance, width);
        mean.set(centre, state * width);
        logVar.set(
          principal.variances.map((value) => Math.log(Math.max(value, varianceFloor))),
          state * width,
        );
        axes.set(principal.axes, state * width * width);
      }
      return new Map([
        [MEAN, mean],
        [LOG_VAR, logVar],
        [AXES, axes],
      ]);
    },
    logPrior: () => 0,
    perturb(current, scale, noise) {
      const moved = new Float64Array(states * width);
      noise.normal(moved);
      const [logVar, axes] = [doubles(current, LOG_VAR), doubles(current, AXES)];
      const mean = doubles(current, MEAN).map((value, index) => {
        const state = index - (index % width);
        let shift = 0;
        for (let axis = 0; axis < width; axis++) {
          const std = Math.exp(logVar[state + axis] / 2);
          shift += axes[index * width + axis] * std * moved[state + axis];
        }
        return value + scale * shift;
      });
      return new Map([...current, [MEAN, mean]]) as StateValues;
    },
  };
}

/** [K, D, D] */
function identities(states: number, width: number): Float32Array {
  return Float32Array.from({ length: states * width * width }, (_, at) =>
    Math.floor(at / width) % width === at % width ? 1 : 0,
  );
}

/** Variances of a covariance [D, D] along its principal axes, which are the columns of `axes` [D, D]. */
function principalAxes(covariance: Float64Array, width: number) {
  const matrix = Matrix.from1DArray(width, width, covariance);
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(matrix, {
    assumeSymmetric: true,
  });
  return { variances: realEigenvalues, axes: eigenvectorMatrix.to1DArray() };
}
