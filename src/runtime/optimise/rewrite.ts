import { reachable } from "../../tensor/graph.js";
import type { PrimitiveName } from "../../tensor/primitives.js";
import { type AnyTensor, makeNode, type Tensor } from "../../tensor/tensor.js";
import { fold } from "./fold.js";
import { simplify } from "./identities/index.js";

/** Limit on identities applied to one node in one round. */
const MAX_STEPS = 16;

/**
 * One round over the graph, operands first: rebuilds every node on its simplified operands, simplifies
 * it, folds it if it is constant, and merges it with an equal node.
 */
export function rewrite(ends: readonly Tensor[], options = { simplify: true }): Tensor[] {
  const replaced = new Map<number, Tensor>();
  const unique = new Map<string, Tensor>();

  /** Visits recursively, because nodes created by an identity are not part of the graph yet. */
  function visit(node: Tensor): Tensor {
    const known = replaced.get(node.id);
    if (known !== undefined) return known;
    const operands = node.inputs.map(visit);
    let result = rebuild(node, operands);
    for (let step = 0; options.simplify && step < MAX_STEPS; step++) {
      const simpler = simplify(result);
      if (simpler === undefined) break;
      result = rebuild(simpler, simpler.inputs.map(visit));
    }
    result = merge(unique, (options.simplify ? fold(result) : undefined) ?? result);
    replaced.set(node.id, result);
    replaced.set(result.id, result);
    return result;
  }

  for (const node of reachable(ends)) visit(node);
  return ends.map(({ id }) => replaced.get(id)!);
}

function rebuild(node: Tensor, operands: readonly Tensor[]): Tensor {
  const same = operands.every(({ id }, position) => id === node.inputs[position].id);
  return same ? node : makeNode(node.op, operands, node.attributes, node.shape, node.dtype);
}

const COMMUTATIVE = new Set<PrimitiveName>([
  "add",
  "mul",
  "maximum",
  "minimum",
  "equal",
  "and",
  "or",
]);

/** Longer constants are compared by identity only. */
const MAX_COMPARED = 1024;

function merge(unique: Map<string, Tensor>, node: Tensor): Tensor {
  const operands = node.inputs.map(({ id }) => id);
  if (COMMUTATIVE.has(node.op)) operands.sort((a, b) => a - b);
  const attributes = attributesKey(node as AnyTensor);
  if (attributes === undefined) return node;
  const key = `${node.op}(${operands})${attributes}:${node.dtype}[${node.shape}]`;
  const known = unique.get(key);
  if (known === undefined) unique.set(key, node);
  return known ?? node;
}

function attributesKey(node: AnyTensor): string | undefined {
  if (node.op !== "constant") {
    return JSON.stringify(node.attributes, (_, value: unknown) =>
      typeof value === "number" ? exactly(value) : value,
    );
  }
  const { data } = node.attributes;
  return data.length > MAX_COMPARED ? undefined : Array.from(data, exactly).join();
}

/** Distinguishes −0, infinities and NaN, which JSON writes as 0 and null. */
const exactly = (value: number): string => (Object.is(value, -0) ? "-0" : String(value));
