import type { HostArray } from "../../tensor/dtype.js";
import { reachable } from "../../tensor/graph.js";
import type { PrimitiveName } from "../../tensor/primitives.js";
import { broadcastShapes, isStatic, sameShape } from "../../tensor/shape.js";
import type { Tensor } from "../../tensor/tensor.js";
import { ProgramError } from "../errors.js";
import { GraphBuilder } from "./builder.js";
import { DimValues, FedSymbols, symbolsOfInputs } from "./dims.js";
import { encodeModel, type ModelDescription } from "./proto.js";
import type { FusedProduct, Lowering, LoweringMode, LoweringRule } from "./rule.js";
import { loweringRules } from "./rules/index.js";

export interface LowerOptions extends ModelDescription {
  readonly mode: LoweringMode;
  /** Inputs that become initialisers, by name. */
  readonly fixed?: ReadonlyMap<string, HostArray>;
}

export interface LoweredModel {
  readonly model: Uint8Array;
  /** Symbols that a session must be fed the counts of; none where the model is portable. */
  readonly symbols: readonly string[];
}

/**
 * A serialised ONNX model that computes the tensors.
 *
 * Inputs keep their names, in the order of their creation; outputs are named by the keys.
 *
 * @throws ProgramError when two inputs or an input and an output share a name, or a symbolic
 *                      dimension is not a dimension of any input
 */
export function lower(
  outputs: Readonly<Record<string, Tensor>>,
  { mode, fixed = new Map(), ...description }: LowerOptions,
): LoweredModel {
  const nodes = reachable(Object.values(outputs));
  const graph = new GraphBuilder();
  const inputs = nodes.filter((node): node is Tensor<"input"> => node.op === "input");
  declareNames(graph, inputs, Object.keys(outputs));
  const free = inputs.filter(({ attributes }) => !fixed.has(attributes.name));
  const values = new Map<number, string>();
  const fused = fusedProducts(nodes, outputs);
  const absorbed = new Set([...fused.values()].map(({ product }) => product.id));
  const siblings = new Map(nodes.map((node) => [siblingKey(node, node.op), node]));
  const fed = new FedSymbols(graph);
  const source = mode === "session" ? fed.source : symbolsOfInputs(graph, free);

  const lowering: Lowering = {
    graph,
    dims: new DimValues(graph, source),
    mode,
    valueOf: (tensor) => values.get(tensor.id)!,
    fusedProduct: (sum) => fused.get(sum.id),
    sibling: <P extends PrimitiveName>(tensor: Tensor, op: P) =>
      siblings.get(siblingKey(tensor, op)) as Tensor<P> | undefined,
    record: (tensor, value) => values.set(tensor.id, value),
  };
  for (const node of nodes) {
    if (values.has(node.id) || absorbed.has(node.id)) continue;
    values.set(node.id, lowerNode(node, lowering, fixed));
  }
  for (const [name, tensor] of Object.entries(outputs)) {
    graph.addOutput(values.get(tensor.id)!, name, tensor.dtype, tensor.shape);
  }
  const { nodes: node, initializers: initializer, inputs: input, outputs: output } = graph;
  const model = encodeModel({ node, initializer, input, output }, graph.domains, description);
  return { model, symbols: fed.symbols };
}

/** Primitives for which ONNX Runtime's CPU kernels are single precision only. */
const SINGLE_ONLY: ReadonlySet<PrimitiveName> = new Set([
  "erf",
  "conv",
  "convInputGradient",
  "convFilterGradient",
]);

function lowerNode(
  node: Tensor,
  lowering: Lowering,
  fixed: ReadonlyMap<string, HostArray>,
): string {
  const { graph } = lowering;
  if (node.op === "input") {
    const { name } = (node as Tensor<"input">).attributes;
    const value = fixed.get(name);
    return value === undefined
      ? graph.addInput(name, node.dtype, node.shape)
      : graph.addInitializer(name, node.dtype, node.shape as readonly number[], value);
  }
  if (lowering.mode === "session" && node.dtype === "float64" && SINGLE_ONLY.has(node.op)) {
    throw new ProgramError(`ONNX Runtime has no float64 ${node.op}; cast its operands to float32`);
  }
  graph.enter(node.op);
  const rule = loweringRules[node.op] as LoweringRule<PrimitiveName>;
  const operands = node.inputs.map((operand) => lowering.valueOf(operand));
  return rule(node, operands, lowering);
}

function declareNames(graph: GraphBuilder, inputs: readonly Tensor<"input">[], outputs: string[]) {
  const names = new Set<string>();
  for (const name of [...inputs.map(({ attributes }) => attributes.name), ...outputs]) {
    if (names.has(name)) {
      throw new ProgramError(`"${name}" names two inputs, or an input and an output`);
    }
    names.add(name);
    graph.reserve(name);
  }
}

/**
 * Sums of a matrix product and a bias that `Gemm` computes in one go: the product is 2-D, used
 * nowhere else, and the bias broadcasts to its shape.
 */
function fusedProducts(
  nodes: readonly Tensor[],
  outputs: Readonly<Record<string, Tensor>>,
): Map<number, FusedProduct> {
  const uses = new Map<number, number>();
  for (const { id } of [...Object.values(outputs), ...nodes.flatMap(({ inputs }) => inputs)]) {
    uses.set(id, (uses.get(id) ?? 0) + 1);
  }
  const fused = new Map<number, FusedProduct>();
  for (const node of nodes) {
    if (node.op !== "add" || node.shape.length !== 2) continue;
    const [a, b] = node.inputs;
    for (const [product, bias] of [
      [a, b],
      [b, a],
    ]) {
      const fits = broadcastShapes(product.shape, bias.shape);
      if (
        product.op === "matmul" &&
        product.inputs.every(({ shape }) => shape.length === 2) &&
        uses.get(product.id) === 1 &&
        fits !== undefined &&
        sameShape(fits, product.shape) &&
        (isStatic(bias.shape) || sameShape(bias.shape, product.shape))
      ) {
        fused.set(node.id, { product: product as Tensor<"matmul">, bias });
        break;
      }
    }
  }
  return fused;
}

function siblingKey(node: Tensor, op: PrimitiveName): string {
  const attributes = node.op.startsWith("maxPool") ? JSON.stringify(node.attributes) : node.id;
  return `${op} ${node.inputs.map(({ id }) => id)} ${attributes}`;
}
