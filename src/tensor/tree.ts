import { FigmentError } from "./errors.js";
import type { Tensor } from "./tensor.js";

/** Named tensors, nested to any depth. Flattened names join the keys with dots. */
export type TensorTree = Tensor | { readonly [key: string]: TensorTree };

function isTensor(tree: TensorTree): tree is Tensor {
  return typeof (tree as Tensor).op === "string" && Array.isArray((tree as Tensor).inputs);
}

/** @throws FigmentError for a key with a dot, which could make two flattened names equal */
function join(prefix: string, key: string): string {
  if (key === "" || key.includes(".")) {
    throw new FigmentError(`"${key}" cannot name a tensor: keys must not be empty or contain dots`);
  }
  return prefix === "" ? key : `${prefix}.${key}`;
}

/** Turns `{ encoder: { weight } }` into a map with the key `"encoder.weight"`, in key order. */
export function flattenTree(tree: TensorTree, prefix = ""): Map<string, Tensor> {
  if (isTensor(tree)) return new Map([[prefix, tree]]);
  return new Map(
    Object.entries(tree).flatMap(([key, branch]) => [...flattenTree(branch, join(prefix, key))]),
  );
}

/** Maps the leaves of a tree, given with their dotted names, and keeps its structure. */
export function mapTree<T extends TensorTree>(
  tree: T,
  map: (leaf: Tensor, name: string) => Tensor,
  prefix = "",
): T {
  if (isTensor(tree)) return map(tree, prefix) as T;
  return Object.fromEntries(
    Object.entries(tree).map(([key, branch]) => [key, mapTree(branch, map, join(prefix, key))]),
  ) as T;
}
