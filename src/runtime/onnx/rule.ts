import type { PrimitiveName } from "../../tensor/primitives.js";
import type { Tensor } from "../../tensor/tensor.js";
import type { LayoutPlan } from "./blocked/assign.js";
import type { Values } from "./blocked/values.js";
import type { GraphBuilder } from "./builder.js";
import type { DimValues } from "./dims.js";

/**
 * - `session`: for Figment's own sessions, with ONNX Runtime's additional operators and the fastest
 *   order and layout;
 * - `plain`: for Figment's own sessions without these, to tell whether an optimisation causes an error;
 * - `portable`: for export, with standard operators that any runtime can run.
 */
export type LoweringMode = "session" | "plain" | "portable";

/** The program being lowered, as rules see it. */
export interface Lowering {
  readonly graph: GraphBuilder;
  readonly dims: DimValues;
  readonly mode: LoweringMode;
  /** Values by layout, and the nodes computed in blocks; `undefined` if there are none. */
  readonly values: Values;
  readonly layout: LayoutPlan | undefined;
  /** The name of a lowered tensor's value. */
  valueOf(tensor: Tensor): string;
  /** The matrix product and bias that this sum adds, if they can be fused. */
  fusedProduct(sum: Tensor): FusedProduct | undefined;
  /** Another node of the program with the same operands and attributes. */
  sibling<P extends PrimitiveName>(tensor: Tensor, op: P): Tensor<P> | undefined;
  /** Records the value of a node that another node's rule has computed as well. */
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

/** The rule of a primitive that maps to one operator without attributes. */
export function direct(operator: string): LoweringRule<PrimitiveName> {
  return (_, operands, { graph }) => graph.emit(operator, operands);
}
