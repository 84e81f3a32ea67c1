import {
  broadcastTo,
  dilate,
  flip,
  pad,
  reshape,
  slice,
  sliceAxis,
  transpose,
} from "../ops/rearrange.js";
import { constant } from "../tensor.js";
import { type GradientRules, sumToShape } from "./rule.js";

export const rearrange: GradientRules<
  "reshape" | "transpose" | "broadcastTo" | "slice" | "flip" | "concat" | "pad"
> = {
  reshape: ({ inputs: [x] }, g) => [reshape(g, x.shape)],
  transpose: ({ attributes: { permutation } }, g) => [
    transpose(
      g,
      permutation.map((_, axis) => permutation.indexOf(axis)),
    ),
  ],
  broadcastTo: ({ inputs: [x] }, g) => [sumToShape(g, x.shape)],
  slice: ({ inputs: [x], attributes: { starts, steps } }, g) => {
    if (g.shape.includes(0)) return [broadcastTo(constant(0, [], g.dtype), x.shape)];
    const spread = steps.reduce((partial, step, axis) => dilate(partial, axis, step), g);
    const widths = x.shape.map((dim, axis): [number, number] =>
      typeof dim === "string"
        ? [0, 0]
        : [starts[axis], dim - starts[axis] - (spread.shape[axis] as number)],
    );
    return [pad(spread, widths)];
  },
  flip: ({ attributes: { axes } }, g) => [flip(g, axes)],
  concat: ({ inputs, attributes: { axis } }, g) => {
    let start = 0;
    return inputs.map(({ shape }) => {
      const end = start + (shape[axis] as number);
      const part = sliceAxis(g, axis, { start, end });
      start = end;
      return part;
    });
  },
  pad: ({ inputs: [x], attributes: { before } }, g) => [
    slice(
      g,
      x.shape.map((dim, axis) =>
        typeof dim === "string" ? null : { start: before[axis], end: before[axis] + dim },
      ),
    ),
  ],
};
