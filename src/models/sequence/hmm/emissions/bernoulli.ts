import { bernoulli, constantValue, temperedLogits } from "../../../../nn/index.js";
import type { Scope } from "../../../../nn/scope.js";
import {
  cast,
  equal,
  greaterEqual,
  lessEqual,
  neg,
  or,
  sigmoid,
  softplus,
  sub,
  where,
} from "../../../../tensor/ops/elementwise.js";
import { gather } from "../../../../tensor/ops/indexing.js";
import { concat, transpose } from "../../../../tensor/ops/rearrange.js";
import type { Tensor } from "../../../../tensor/tensor.js";
import { BINARY_PIXELS } from "../../../pixel-likelihood.js";
import { describeZeros } from "../../../tabular/levels.js";
import { numbersOf } from "../categories.js";
import type { Emission, EmissionShape } from "./emission.js";

const LOGITS = "parameters.emission.logits";
/** Largest |logit| that fitting sets. It stands for a value that a state always has. */
const MOST = 50;
/** A logit whose probability is 0 or 1 at any temperature. */
const CERTAIN = 1e30;

const always = (logits: Tensor) => greaterEqual(logits, MOST);
const never = (logits: Tensor) => lessEqual(logits, -MOST);

/** Emits binary values that are independent given the state. */
export function bernoulliEmission({ states, width }: EmissionShape, smoothing: number): Emission {
  const logitsOf = (scope: Scope) =>
    scope.child("emission").parameter("logits", [states, width], constantValue(0));
  return {
    describes: BINARY_PIXELS + describeZeros({ smoothing }),
    formula: "∏ⱼ Bernoulli(xₜⱼ; pⱼ of state zₜ)",
    freeParameters: BigInt(states * width),
    wholeObservations: false,
    features: 2 * width,
    featuresOf: ({ values, known }) => concat([values, known], -1),
    weights(scope) {
      const logits = logitsOf(scope);
      return transpose(concat([logits, neg(softplus(logits))], -1));
    },
    ...(smoothing === 0 && {
      impossible(scope: Scope) {
        const logits = logitsOf(scope);
        const [ones, zeros] = [always(logits), never(logits)].map((is) => cast(is, "float32"));
        // A one where there is none: value · never. A zero where there is none: (known − value) · always.
        return transpose(concat([sub(zeros, ones), ones], -1));
      },
    }),
    possible: ({ values }) => or(equal(values, 0), equal(values, 1)),
    means: (scope) => sigmoid(logitsOf(scope)),
    draw(scope, drawn, temperature) {
      const fitted = logitsOf(scope);
      const certain = where(always(fitted), CERTAIN, where(never(fitted), -CERTAIN, fitted));
      const logits = gather(smoothing === 0 ? certain : fitted, drawn);
      const noise = scope.noise("values", logits.shape, "uniform");
      return bernoulli(temperedLogits(logits, temperature)).sample(noise);
    },
    start: () => new Map([[LOGITS, new Float32Array(states * width)]]),
    maximise(sums, current) {
      const logits = Float32Array.from(numbersOf(current, LOGITS), (before, index) => {
        const row = Math.floor(index / width) * 2 * width + (index % width);
        const [on, all] = [sums[row], sums[row + width]];
        if (!(all + smoothing > 0)) return before;
        const odds = Math.log(on + smoothing) - Math.log(Math.max(all - on, 0) + smoothing);
        return Math.min(Math.max(odds, -MOST), MOST);
      });
      return new Map([[LOGITS, logits]]);
    },
    logPrior(current) {
      if (smoothing === 0) return 0;
      const logit = numbersOf(current, LOGITS);
      return (
        smoothing *
        logit.reduce((sum, a) => sum - Math.abs(a) - 2 * Math.log1p(Math.exp(-Math.abs(a))), 0)
      );
    },
    perturb(current, scale, noise) {
      const moved = new Float64Array(states * width);
      noise.normal(moved);
      const logits = numbersOf(current, LOGITS);
      return new Map([[LOGITS, logits.map((logit, index) => logit + scale * moved[index])]]);
    },
  };
}
