import { isFloating } from "./dtype.js";
import { ShapeError } from "./errors.js";
import { gradientRules } from "./gradients/index.js";
import type { GradientRule } from "./gradients/rule.js";
import { sumOfCotangents } from "./gradients/sum.js";
import { reachable } from "./graph.js";
import { zerosOfShape } from "./ops/rearrange.js";
import type { PrimitiveName } from "./primitives.js";
import { constant, type Tensor } from "./tensor.js";
import { flattenTree, mapTree, type TensorTree } from "./tree.js";

/**
 * Gradient of a scalar with respect to a tree of tensors, by reverse accumulation.
 *
 * The result consists of ordinary tensors and can be differentiated again.
 *
 * @param loss        float scalar
 * @param parameters  the tensors to differentiate with respect to: leaves or inner nodes of the graph
 * @returns           a tree of the same structure; zeros where the loss does not depend on a tensor
 * @throws ShapeError when the loss is not a float scalar, or a parameter is not a float
 */
export function grad<T extends TensorTree>(loss: Tensor, parameters: T): T {
  if (loss.shape.length !== 0 || !isFloating(loss.dtype)) {
    throw new ShapeError("grad", "the loss must be a float scalar", [loss.shape]);
  }
  const leaves = flattenTree(parameters);
  for (const [name, { dtype, shape }] of leaves) {
    if (isFloating(dtype)) continue;
    throw new ShapeError("grad", `the parameter "${name}" is ${dtype}, not a float`, [shape]);
  }
  const targets = new Set([...leaves.values()].map(({ id }) => id));
  const cotangents = cotangentsOf(loss, targets);
  return mapTree(
    parameters,
    (leaf) => cotangents.get(leaf.id) ?? zerosOfShape(leaf.shape, leaf.dtype),
  );
}

/** A scalar and its {@link grad}. */
export function valueAndGrad<T extends TensorTree>(
  loss: Tensor,
  parameters: T,
): { value: Tensor; gradient: T } {
  return { value: loss, gradient: grad(loss, parameters) };
}

/** Cotangents of the targets. Visits only nodes on a path from a target to the loss. */
function cotangentsOf(loss: Tensor, targets: ReadonlySet<number>): Map<number, Tensor> {
  const nodes = reachable([loss]);
  const relevant = new Set<number>();
  for (const node of nodes) {
    const leads = node.op !== "stopGradient" && node.inputs.some(({ id }) => relevant.has(id));
    if (targets.has(node.id) || leads) relevant.add(node.id);
  }
  const contributions = new Map([[loss.id, [constant(1, [], loss.dtype)]]]);
  const cotangents = new Map<number, Tensor>();
  for (const node of nodes.reverse()) {
    const parts = contributions.get(node.id);
    if (parts === undefined || !relevant.has(node.id)) continue;
    const cotangent = sumOfCotangents(parts);
    cotangents.set(node.id, cotangent);
    if (!node.inputs.some(({ id }) => relevant.has(id))) continue;
    const rule = gradientRules[
      node.op as keyof typeof gradientRules
    ] as GradientRule<PrimitiveName>;
    rule(node, cotangent).forEach((contribution, position) => {
      const operand = node.inputs[position];
      if (contribution === null || !relevant.has(operand.id)) return;
      const others = contributions.get(operand.id);
      if (others === undefined) contributions.set(operand.id, [contribution]);
      else others.push(contribution);
    });
  }
  return cotangents;
}
