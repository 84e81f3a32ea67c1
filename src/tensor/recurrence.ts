import { ShapeError } from "./errors.js";
import { resolveAxis, sliceAxis, squeeze, stack } from "./ops/rearrange.js";
import type { Tensor } from "./tensor.js";

/** Steps of the longest recurrence that is unrolled; the graph of a longer one takes minutes to build. */
export const MOST_STEPS = 4096;

/**
 * Carries a state along an axis, as a recurrent layer does over rows or time.
 *
 * The loop is unrolled into the graph. ONNX's `Scan` would keep the graph small, but it runs its body
 * as a nested session. At the sizes of image models that costs more than the body itself, and it
 * hides the body from differentiation, constant folding and fusion.
 *
 * @param step     maps the state and one slice (without the axis) to the next state and an output
 * @param initial  the state before the first slice
 * @param xs       sequence with a static length along `axis`
 * @returns        the last state, and the outputs stacked along `axis`
 * @throws ShapeError when the axis is not static, is empty, or has more than {@link MOST_STEPS} slices
 */
export function scan<State>(
  step: (state: State, x: Tensor) => { state: State; output: Tensor },
  initial: State,
  xs: Tensor,
  axis: number,
  options: { readonly reverse?: boolean } = {},
): { state: State; outputs: Tensor } {
  const position = resolveAxis("scan", axis, xs.shape);
  const length = xs.shape[position];
  if (typeof length !== "number" || length === 0) {
    throw new ShapeError("scan", `needs a static, non-empty axis ${axis}`, [xs.shape]);
  }
  if (length > MOST_STEPS) {
    throw new ShapeError("scan", `unrolls at most ${MOST_STEPS} steps`, [xs.shape]);
  }
  let state = initial;
  const outputs: Tensor[] = [];
  for (let index = 0; index < length; index++) {
    const start = options.reverse ? length - 1 - index : index;
    const x = sliceAxis(xs, position, { start, end: start + 1 });
    const next = step(state, squeeze(x, position));
    state = next.state;
    outputs.push(next.output);
  }
  if (options.reverse) outputs.reverse();
  return { state, outputs: stack(outputs, position) };
}
