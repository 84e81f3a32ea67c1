import {
  broadcastTo,
  concat,
  flip,
  reshape,
  sliceAxis,
  transpose,
} from "../../../tensor/ops/rearrange.js";
import { sameShape } from "../../../tensor/shape.js";
import { makeNode, type Tensor } from "../../../tensor/tensor.js";
import { type Identities, is, underBroadcast } from "./identity.js";

/** Rearranging a broadcast scalar changes only its shape. */
function broadcastScalar(x: Tensor, shape: Tensor["shape"]): Tensor | undefined {
  const source = underBroadcast(x);
  return source !== x && source.shape.length === 0 ? broadcastTo(source, shape) : undefined;
}

/** The axis and range of a slice that cuts a single axis with step 1. */
function singleCut({ inputs: [x], attributes: { starts, ends, steps } }: Tensor<"slice">) {
  const cut = x.shape.flatMap((dim, axis) =>
    starts[axis] === 0 && steps[axis] === 1 && (ends[axis] === null || ends[axis] === dim)
      ? []
      : [axis],
  );
  const [axis] = cut;
  if (cut.length !== 1 || steps[axis] !== 1) return undefined;
  return { axis, start: starts[axis], end: ends[axis] as number };
}

export const rearrange: Identities = {
  reshape: ({ inputs: [x], shape }) => {
    if (sameShape(x.shape, shape)) return x;
    if (is(x, "reshape")) return reshape(x.inputs[0], shape);
    if (is(x, "sum") || is(x, "mean") || is(x, "max") || is(x, "min")) {
      const { axes, keepDims } = x.attributes;
      const [origin] = x.inputs;
      const toggled = keepDims
        ? origin.shape.filter((_, axis) => !axes.includes(axis))
        : origin.shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim));
      if (sameShape(shape, toggled)) {
        return makeNode(x.op, x.inputs, { axes, keepDims: !keepDims }, shape, x.dtype);
      }
    }
    return broadcastScalar(x, shape);
  },
  transpose: ({ inputs: [x], attributes: { permutation }, shape }) => {
    if (permutation.every((axis, position) => axis === position)) return x;
    if (is(x, "transpose")) {
      return transpose(
        x.inputs[0],
        permutation.map((axis) => x.attributes.permutation[axis]),
      );
    }
    const moved = permutation.filter((axis) => x.shape[axis] !== 1);
    if (moved.every((axis, position) => position === 0 || axis > moved[position - 1])) {
      return reshape(x, shape);
    }
    return broadcastScalar(x, shape);
  },
  flip: ({ inputs: [x], attributes: { axes }, shape }) => {
    if (is(x, "flip")) {
      const inner = x.attributes.axes;
      const once = [...axes, ...inner].filter(
        (axis) => axes.includes(axis) !== inner.includes(axis),
      );
      return flip(x.inputs[0], once);
    }
    return broadcastScalar(x, shape);
  },
  slice: (node) => {
    const [x] = node.inputs;
    if (sameShape(x.shape, node.shape)) return x;
    const cut = singleCut(node);
    if (is(x, "concat") && cut?.axis === x.attributes.axis) {
      let start = 0;
      for (const part of x.inputs) {
        const length = part.shape[cut.axis] as number;
        if (cut.start >= start && cut.end <= start + length) {
          return sliceAxis(part, cut.axis, { start: cut.start - start, end: cut.end - start });
        }
        start += length;
      }
    }
    return broadcastScalar(x, node.shape);
  },
  concat: ({ inputs, attributes: { axis } }) => {
    if (!inputs.some((part) => is(part, "concat") && part.attributes.axis === axis)) {
      return rejoined(inputs, axis);
    }
    const flat = inputs.flatMap((part) =>
      is(part, "concat") && part.attributes.axis === axis ? part.inputs : [part],
    );
    return concat(flat, axis);
  },
};

/** The tensor that was cut into neighbouring slices which are joined again. */
function rejoined(parts: readonly Tensor[], axis: number): Tensor | undefined {
  const cuts = parts.map((part) => {
    const cut = is(part, "slice") ? singleCut(part) : undefined;
    return cut?.axis === axis ? { ...cut, source: part.inputs[0] } : undefined;
  });
  const [first] = cuts;
  if (first === undefined) return undefined;
  let end = first.start;
  for (const cut of cuts) {
    if (cut?.source.id !== first.source.id || cut.start !== end) return undefined;
    end = cut.end;
  }
  return sliceAxis(first.source, axis, { start: first.start, end });
}
