import type { Scope } from "../../../nn/scope.js";
import { add } from "../../../tensor/ops/elementwise.js";
import {
  broadcastTo,
  concat,
  expandDims,
  sliceAxis,
  split,
  squeeze,
} from "../../../tensor/ops/rearrange.js";
import type { Dim } from "../../../tensor/shape.js";
import type { Tensor } from "../../../tensor/tensor.js";
import type { Chain } from "./chain.js";
import type { OwnStates } from "./classes.js";
import { drawClass } from "./draw-class.js";
import type { Filtered } from "./forward-backward.js";
import { fittedChain, type Spec } from "./spec.js";
import { follow } from "./walk.js";

/** Draws paths of states from the chain: int64 [count, T]. @param temperature  divides the logits */
export function drawPath(
  spec: Spec,
  scope: Scope,
  count: Dim,
  own: OwnStates,
  temperature: Tensor,
): Tensor {
  const { sequence } = spec;
  const { states } = spec.config;
  const { logInitial, from } = fittedChain(spec, scope, own);
  const uniforms = scope.noise("states", [count, sequence.length], "uniform");
  const first = squeeze(sliceAxis(uniforms, 1, { end: 1 }), 1);
  return follow(
    drawClass(broadcastTo(logInitial, [count, states]), first, temperature),
    expandDims(sliceAxis(uniforms, 1, { start: 1 }), 2),
    states,
    // The same uniform number for every state before: only one of them is on the path.
    (uniform, before) => drawClass(from(before), broadcastTo(uniform, before.shape), temperature),
  );
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
  { into }: Chain,
  { logFiltered }: Filtered,
  uniforms: Tensor,
  temperature: Tensor,
): Tensor {
  const [, steps, states] = logFiltered.shape as readonly [Dim, number, number];
  const xs = concat([logFiltered, expandDims(uniforms, 2)], -1);
  const parts = (x: Tensor) => split(x, [states, 1], -1);
  const [last, lastUniform] = parts(squeeze(sliceAxis(xs, 1, { start: steps - 1 }), 1));
  return follow(
    drawClass(last, squeeze(lastUniform, -1), temperature),
    sliceAxis(xs, 1, { end: steps - 1 }),
    states,
    (x, after) => {
      const [filtered, uniform] = parts(x);
      const logits = add(expandDims(filtered, -2), into(after));
      return drawClass(logits, broadcastTo(uniform, after.shape), temperature);
    },
    { reverse: true },
  );
}
