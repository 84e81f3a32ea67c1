import type { Batch } from "../../../core/batch.js";
import type { Scope } from "../../../nn/scope.js";
import {
  add,
  cast,
  clip,
  div,
  equal,
  floor,
  minimum,
  mul,
  sqrt,
  square,
  stopGradient,
  sub,
  where,
} from "../../../tensor/ops/elementwise.js";
import { gather } from "../../../tensor/ops/indexing.js";
import { reshape } from "../../../tensor/ops/rearrange.js";
import { sum } from "../../../tensor/ops/reduction.js";
import { constant, type Tensor } from "../../../tensor/tensor.js";
import { diffuse, levelsOf } from "../levels-of-a-batch.js";
import { karrasRamp } from "../spacing.js";
import type { ConsistencyConfig } from "./config.js";
import { heunStep, type TracedDenoise } from "./path.js";

interface Networks {
  readonly teacher: TracedDenoise;
  readonly student: TracedDenoise;
  /** The student as it is after training, whose answer at the lower level is the target. */
  readonly target: TracedDenoise;
}

/** Scale of the pseudo-Huber loss for each √value. @source Song & Dhariwal 2023, arXiv:2310.14189 */
const HUBER = 0.00054;

/**
 * How far the student's images at two neighbouring levels of the teacher's path are apart. At the least
 * level the image is the state itself.
 *
 * @returns  [B] weighted pseudo-Huber distance
 * @source Song et al. 2023, arXiv:2303.01469, algorithm 2, without averages of the target's weights and with
 *         the distance of Song & Dhariwal 2023, arXiv:2310.14189, section 3.3
 */
export function consistencyLoss(
  scope: Scope,
  { pixelsUnit }: Pick<Batch, "pixelsUnit">,
  { teacher, student, target }: Networks,
  { levels: count, least, most }: Pick<ConsistencyConfig, "levels" | "least" | "most">,
): Tensor {
  const [batch] = pixelsUnit.shape;
  const rising = karrasRamp(count, least, most).reverse();
  const uniform = scope.noise("step", [batch], "uniform");
  const below = cast(minimum(floor(mul(uniform, count - 1)), count - 2), "int32");
  const low = gather(constant(rising.slice(0, -1), [count - 1]), below);
  const high = gather(constant(rising.slice(1), [count - 1]), below);
  const x0 = sub(mul(pixelsUnit, 2), 1);
  const z = diffuse(x0, scope.noise("eps", x0.shape, "normal"), levelsOf(high));
  const lower = stopGradient(heunStep(teacher, z, high, low));
  const atLeast = reshape(equal(below, 0), [batch, 1, 1, 1]);
  const image = where(atLeast, div(lower, levelsOf(low).alpha), target(lower, low));
  const wanted = stopGradient(clip(image, -1, 1));
  const squares = sum(square(sub(student(z, high), wanted)), [1, 2, 3]);
  const scale = HUBER * Math.sqrt(x0.shape.slice(1).reduce((n: number, d) => n * Number(d), 1));
  const distance = sub(sqrt(add(squares, scale ** 2)), scale);
  return mul(distance, gather(constant(weightsOf(rising), [count - 1]), below));
}

/**
 * Weights of the levels, 1 on average: the closer two levels are, the more their difference counts. Errors at
 * low levels are passed on to all above them, and without more weight there they add up to noise.
 *
 * @param rising  noise levels
 * @source Song & Dhariwal 2023, arXiv:2310.14189, section 3.1
 */
function weightsOf(rising: readonly number[]): number[] {
  const weights = rising.slice(1).map((level, below) => 1 / (level - rising[below]));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => (weight * weights.length) / sum);
}
