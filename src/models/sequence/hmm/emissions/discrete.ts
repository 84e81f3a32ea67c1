import type { DataTraits } from "../../../../core/batch.js";
import { constantValue } from "../../../../nn/index.js";
import type { Scope } from "../../../../nn/scope.js";
import { and, cast, div, lessEqual, mul, round } from "../../../../tensor/ops/elementwise.js";
import { gather, oneHot } from "../../../../tensor/ops/indexing.js";
import { matmul } from "../../../../tensor/ops/linear.js";
import {
  concat,
  expandDims,
  flatten,
  sliceAxis,
  squeeze,
  transpose,
} from "../../../../tensor/ops/rearrange.js";
import { logSoftmax, softmax } from "../../../../tensor/ops/reduction.js";
import { range } from "../../../../tensor/tensor.js";
import { describeLevels, describeZeros } from "../../../tabular/levels.js";
import {
  isZero,
  logPriorOf,
  logProbabilities,
  numbersOf,
  perturbed,
  withZeros,
} from "../categories.js";
import { drawClass } from "../draw-class.js";
import type { Emission, EmissionShape } from "./emission.js";

/** Parts of a sequence that are drawn one after the other. */
const MOST_PARTS = 64;
const LOGITS = "parameters.emission.logits";

/** Emits quantised values, each one of L levels, that are independent given the state. */
export function discreteEmission(
  { states, width }: EmissionShape,
  levels: number,
  smoothing: number,
  data: DataTraits,
): Emission {
  const uniform = -Math.log(levels);
  const logitsOf = (scope: Scope) =>
    scope.child("emission").parameter("logits", [states, width, levels], constantValue(uniform));
  return {
    describes: describeLevels(levels, data) + describeZeros({ smoothing }),
    formula: `∏ⱼ Categorical(xₜⱼ; pⱼ of state zₜ), ${levels} levels`,
    freeParameters: BigInt(states * width) * BigInt(levels - 1),
    wholeObservations: false,
    features: width * levels,
    featuresOf({ values, known }) {
      const codes = oneHot(cast(round(mul(values, levels - 1)), "int32"), levels);
      return flatten(mul(codes, expandDims(known, -1)), 2);
    },
    weights: (scope) => transpose(flatten(logSoftmax(logitsOf(scope), -1))),
    ...(smoothing === 0 && {
      impossible: (scope: Scope) => transpose(flatten(cast(isZero(logitsOf(scope)), "float32"))),
    }),
    possible: ({ values }) => and(lessEqual(0, values), lessEqual(values, 1)),
    means(scope) {
      const probs = softmax(logitsOf(scope), -1);
      const grey = div(expandDims(range(levels), -1), levels - 1);
      return squeeze(matmul(probs, grey), -1);
    },
    draw(scope, drawn, temperature) {
      const logits = smoothing === 0 ? withZeros(logitsOf(scope)) : logitsOf(scope);
      const noise = scope.noise("values", [...drawn.shape, width], "uniform");
      // Draw in parts, because the logits of all steps would not fit into memory.
      const steps = drawn.shape[1] as number;
      const size = Math.ceil(steps / MOST_PARTS);
      const parts = Array.from({ length: Math.ceil(steps / size) }, (_, part) => {
        const range = { start: part * size, end: Math.min(steps, (part + 1) * size) };
        const those = gather(logits, sliceAxis(drawn, 1, range));
        const classes = drawClass(those, sliceAxis(noise, 1, range), temperature);
        return div(cast(classes, "float32"), levels - 1);
      });
      return concat(parts, 1);
    },
    start: () => new Map([[LOGITS, new Float32Array(states * width * levels).fill(uniform)]]),
    maximise: (sums, current) =>
      new Map([[LOGITS, logProbabilities(sums, levels, smoothing, numbersOf(current, LOGITS))]]),
    logPrior: (current) => logPriorOf(numbersOf(current, LOGITS), levels, smoothing),
    perturb: (current, scale, noise) =>
      new Map([[LOGITS, perturbed(numbersOf(current, LOGITS), levels, scale, noise)]]),
  };
}
