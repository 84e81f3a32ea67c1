import type { Scope } from "../../../nn/scope.js";
import { add } from "../../../tensor/ops/elementwise.js";
import { gather } from "../../../tensor/ops/indexing.js";
import {
  broadcastTo,
  concat,
  expandDims,
  sliceAxis,
  squeeze,
  transpose,
} from "../../../tensor/ops/rearrange.js";
import { scan } from "../../../tensor/recurrence.js";
import type { Dim } from "../../../tensor/shape.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { type Chain, chainOf } from "./chain.js";
import { drawClass } from "./draw-class.js";
import type { Filtered } from "./forward-backward.js";
import type { Spec } from "./spec.js";

/** Draws paths of states from the chain: int64 [count, T]. @param temperature  divides the logits */
export function drawPath(
  { config, sequence }: Spec,
  scope: Scope,
  count: Dim,
  temperature: Tensor,
): Tensor {
  const { logInitial, logTransitions } = chainOf(scope, config.states);
  const uniforms = scope.noise("states", [count, sequence.length], "uniform");
  const { outputs } = scan(
    (logits: Tensor, uniform) => {
      const state = drawClass(logits, uniform, temperature);
      return { state: gather(logTransitions, state), output: state };
    },
    broadcastTo(logInitial, [count, config.states]),
    uniforms,
    1,
  );
  return outputs;
}

/**
 * Draws paths of states exactly from the posterior given observations, backwards from the last state,
 * whose distribution is known.
 *
 * @param uniforms     [B, T]
 * @param temperature  divides the logits
 * @returns            int64 [B, T]
 */
export function drawPathGiven(
  { logTransitions }: Chain,
  { logFiltered }: Filtered,
  uniforms: Tensor,
  temperature: Tensor,
): Tensor {
  const length = logFiltered.shape[1] as number;
  const into = transpose(logTransitions);
  const at = (x: Tensor, step: number) =>
    squeeze(sliceAxis(x, 1, { start: step, end: step + 1 }), 1);
  const path: Tensor[] = [];
  for (let step = length - 1; step >= 0; step--) {
    const filtered = at(logFiltered, step);
    const [next] = path;
    const logits = next === undefined ? filtered : add(filtered, gather(into, next));
    path.unshift(drawClass(logits, at(uniforms, step), temperature));
  }
  return concat(
    path.map((state) => expandDims(state, 1)),
    1,
  );
}
