import type { Scope } from "../../../nn/scope.js";
import { add } from "../../../tensor/ops/elementwise.js";
import { gather } from "../../../tensor/ops/indexing.js";
import {
  broadcastTo,
  concat,
  expandDims,
  split,
  squeeze,
  transpose,
  zerosOfShape,
} from "../../../tensor/ops/rearrange.js";
import { scan } from "../../../tensor/recurrence.js";
import type { Dim } from "../../../tensor/shape.js";
import type { Tensor } from "../../../tensor/tensor.js";
import type { Chain } from "./chain.js";
import { drawClass } from "./draw-class.js";
import type { Filtered } from "./forward-backward.js";
import { fittedChain, type Spec } from "./spec.js";

/** Draws paths of states from the chain: int64 [count, T]. @param temperature  divides the logits */
export function drawPath(
  { config, sequence }: Spec,
  scope: Scope,
  count: Dim,
  temperature: Tensor,
): Tensor {
  const { logInitial, logTransitions } = fittedChain(config, scope);
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
  const [batch, , states] = logFiltered.shape;
  const into = transpose(logTransitions);
  const { outputs } = scan(
    (logRatios: Tensor, x) => {
      const [filtered, uniform] = split(x, [states, 1], -1);
      const state = drawClass(add(filtered, logRatios), squeeze(uniform, -1), temperature);
      return { state: gather(into, state), output: state };
    },
    zerosOfShape([batch, states]),
    concat([logFiltered, expandDims(uniforms, 2)], -1),
    1,
    { reverse: true },
  );
  return outputs;
}
