import type { PrimitiveName } from "../../tensor/primitives.js";
import type { Tensor } from "../../tensor/tensor.js";
import type { LayoutPlan } from "./blocked/assign.js";
import type { Values } from "./blocked/values.js";
import type { GraphBuilder } from "./builder.js";
import type { DimValues } from "./dims.js";

/**
 * - `session` is run here: it may use the operators that ONNX Runtime adds to the standard, and
 *   whatever order and layout is fastest;
 * - `plain` is run here with none of that, to tell an error of ours from one of a choice made for speed;
 * - `portable` is what users export: the standard set, independent of who runs it.
 */
export type LoweringMode = "session" | "plain" | "portable";

/** What a rule sees of the program that is being lowered. */
export interface Lowering {
  readonly graph: GraphBuilder;
  readonly dims: DimValues;
  readonly mode: LoweringMode;
  /** Values by layout, and what is computed in blocks; `undefined` where nothing is. */
  readonly values: Values;
  readonly layout: LayoutPlan | undefined;
  /** The name of the value that a tensor was lowered to. */
  valueOf(tensor: Tensor): string;
  /** The bias that is added to a matrix product and nothing else, to be fused with it. */
  fusedProduct(sum: Tensor): FusedProduct | undefined;
  /** Another node of the program with the same operands and attributes. */
  sibling<P extends PrimitiveName>(tensor: Tensor, op: P): Tensor<P> | undefined;
  /** Records the value of a node that another node's rule has computed along the way. */
  record(tensor: Tensor, value: string): void;
}

export interface FusedProduct {
  readonly product: Tensor<"matmul">;
  readonly bias: Tensor;
}

/** Adds the operators of one primitive and returns the name of its value. */
export type LoweringRule<P extends PrimitiveName> = (
  node: Tensor<P>,
  operands: readonly string[],
  lowering: Lowering,
) => string;

export type LoweringRules<P extends PrimitiveName> = { readonly [K in P]: LoweringRule<K> };

/** A primitive that is one operator without attributes. */
export function direct(operator: string): LoweringRule<PrimitiveName> {
  return (_, operands, { graph }) => graph.emit(operator, operands);
}
