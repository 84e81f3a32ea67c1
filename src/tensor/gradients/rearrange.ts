import {
  dilate,
  flip,
  pad,
  reshape,
  slice,
  split,
  transpose,
  zerosOfShape,
} from "../ops/rearrange.js";
import type { RearrangingPrimitives } from "../primitives.js";
import { type GradientRules, sumToShape } from "./rule.js";

export const rearrange: GradientRules<keyof RearrangingPrimitives> = {
  reshape: ({ inputs: [x] }, g) => [reshape(g, x.shape)],
  transpose: ({ attributes: { permutation } }, g) => [
    transpose(
      g,
      permutation.map((_, axis) => permutation.indexOf(axis)),
    ),
  ],
  broadcastTo: ({ inputs: [x] }, g) => [sumToShape(g, x.shape)],
  slice: ({ inputs: [x], attributes: { starts, steps } }, g) => {
    if (g.shape.includes(0)) return [zerosOfShape(x.shape, g.dtype)];
    const spread = steps.reduce((partial, step, axis) => dilate(partial, axis, step), g);
    const widths = x.shape.map((dim, axis): [number, number] =>
      typeof dim === "string"
        ? [0, 0]
        : [starts[axis], dim - starts[axis] - (spread.shape[axis] as number)],
    );
    return [pad(spread, widths)];
  },
  flip: ({ attributes: { axes } }, g) => [flip(g, axes)],
  concat: ({ inputs, attributes: { axis } }, g) =>
    split(
      g,
      inputs.map(({ shape }) => shape[axis]),
      axis,
    ),
  pad: ({ inputs: [x], attributes: { before } }, g) => [
    slice(
      g,
      x.shape.map((dim, axis) =>
        typeof dim === "string" ? null : { start: before[axis], end: before[axis] + dim },
      ),
    ),
  ],
};
