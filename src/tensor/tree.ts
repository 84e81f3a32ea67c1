import type { Tensor } from "./tensor.js";

/** Named tensors, nested to any depth. Flattened names join the keys with dots. */
export type TensorTree = Tensor | { readonly [key: string]: TensorTree };

function isTensor(tree: TensorTree): tree is Tensor {
  return typeof (tree as Tensor).op === "string" && Array.isArray((tree as Tensor).inputs);
}

/** `{ encoder: { weight } }` becomes a map from `"encoder.weight"`, in the order of the keys. */
export function flattenTree(tree: TensorTree, prefix = ""): Map<string, Tensor> {
  if (isTensor(tree)) return new Map([[prefix, tree]]);
  return new Map(
    Object.entries(tree).flatMap(([key, branch]) => [
      ...flattenTree(branch, prefix === "" ? key : `${prefix}.${key}`),
    ]),
  );
}

/** A tree of the same form whose leaves are mapped with their dotted names. */
export function mapTree<T extends TensorTree>(
  tree: T,
  map: (leaf: Tensor, name: string) => Tensor,
  prefix = "",
): T {
  if (isTensor(tree)) return map(tree, prefix) as T;
  return Object.fromEntries(
    Object.entries(tree).map(([key, branch]) => [
      key,
      mapTree(branch, map, prefix === "" ? key : `${prefix}.${key}`),
    ]),
  ) as T;
}
