import { productOfDims, type Shape } from "../../../tensor/shape.js";
import type { Tensor } from "../../../tensor/tensor.js";
import type { Lowering, LoweringRules } from "../rule.js";
import { expand, reshapeTo } from "./rearrange.js";

/** Adds updates to zeros. `ScatterElements` adds in order, so sums over equal indices are exact. */
function scatterInto(
  shape: Shape,
  { dtype }: Tensor,
  [updates, indices]: readonly string[],
  axis: number,
  lowering: Lowering,
): string {
  const { graph } = lowering;
  const zeros = expand(graph.scalar(dtype, 0), dtype, [], shape, lowering);
  return graph.emit("ScatterElements", [zeros, indices, updates], { axis, reduction: "add" });
}

export const indexing: LoweringRules<"gather" | "scatterAdd" | "takeAlong" | "scatterAddAlong"> = {
  gather: ({ attributes: { axis } }, operands, { graph }) =>
    graph.emit("Gather", operands, { axis }),
  takeAlong: ({ attributes: { axis } }, operands, { graph }) =>
    graph.emit("GatherElements", operands, { axis }),
  scatterAddAlong: (node, operands, lowering) =>
    scatterInto(node.shape, node, operands, node.attributes.axis, lowering),
  scatterAdd: (node, [updates, indices], lowering) => {
    const { axis } = node.attributes;
    const [from, picked] = node.inputs.map(({ shape }) => shape);
    const count = productOfDims(picked);
    const leading = from.slice(0, axis);
    const trailing = from.slice(axis + picked.length);
    const merged = [...leading, count, ...trailing];
    const single = merged.map((_, other) => (other === axis ? count : 1));
    const rows = reshapeTo(updates, from, merged, lowering);
    const column = reshapeTo(indices, picked, single, lowering);
    const spread = expand(column, node.inputs[1].dtype, single, merged, lowering);
    return scatterInto(node.shape, node, [rows, spread], axis, lowering);
  },
};
