import { type HostArray, isFloating } from "../../tensor/dtype.js";
import { reachable } from "../../tensor/graph.js";
import type { PrimitiveName } from "../../tensor/primitives.js";
import { broadcastShapes, isStatic, sameShape } from "../../tensor/shape.js";
import type { Tensor } from "../../tensor/tensor.js";
import { ProgramError } from "../errors.js";
import { type LayoutPlan, planLayout } from "./blocked/assign.js";
import { lowerConvolutionGroup } from "./blocked/convolution-rules.js";
import { lowerBlockedFilterGradient } from "./blocked/filter-gradient.js";
import { lowerInBlocks, reduceInBlocks } from "./blocked/rules.js";
import { isReduction, reducesInBlocks } from "./blocked/shapes.js";
import { Values } from "./blocked/values.js";
import { GraphBuilder } from "./builder.js";
import { DimValues, FedSymbols, symbolsOfInputs } from "./dims.js";
import { encodeModel, type ModelDescription } from "./proto.js";
import type { FusedProduct, Lowering, LoweringMode, LoweringRule } from "./rule.js";
import { loweringRules } from "./rules/index.js";
import { needsHost } from "./webgpu.js";

export interface LowerOptions extends ModelDescription {
  readonly mode: LoweringMode;
  /** Channels per block; `undefined` if the session has no reliable operators on blocked images. */
  readonly block?: number | undefined;
  /** Inputs that become initialisers, by name. */
  readonly fixed?: ReadonlyMap<string, HostArray>;
}

export interface LoweredModel {
  readonly model: Uint8Array;
  /** Symbols whose counts must be fed to the session; none if the model is portable. */
  readonly symbols: readonly string[];
  /** Number of operators in the model. */
  readonly operators: number;
  /** Names of the operators that stay on the CPU when the others run on WebGPU. */
  readonly hostNodes: readonly string[];
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
  { mode, block, fixed = new Map(), ...description }: LowerOptions,
): LoweredModel {
  const ends = Object.values(outputs);
  const nodes = reachable(ends);
  const graph = new GraphBuilder();
  const inputs = nodes.filter((node): node is Tensor<"input"> => node.op === "input");
  declareNames(graph, inputs, Object.keys(outputs));
  const free = inputs.filter(({ attributes }) => !fixed.has(attributes.name));
  const uses = countUses(nodes, ends);
  const fused = mode === "plain" ? new Map<number, FusedProduct>() : fusedProducts(nodes, uses);
  const layout =
    mode === "session" && block !== undefined ? planLayout(nodes, ends, uses, block) : undefined;
  const values = new Values(graph, layout?.block ?? 1);
  const absorbed = new Set([
    ...[...fused.values()].map(({ product }) => product.id),
    ...(layout?.absorbed ?? []),
  ]);
  const siblings = new Map(nodes.map((node) => [siblingKey(node, node.op), node]));
  const fed = new FedSymbols(graph);
  const source = mode === "portable" ? symbolsOfInputs(graph, free) : fed.source;

  const lowering: Lowering = {
    graph,
    dims: new DimValues(graph, source),
    mode,
    values,
    layout,
    valueOf: (tensor) => values.ofPlain(tensor),
    fusedProduct: (sum) => fused.get(sum.id),
    sibling: <P extends PrimitiveName>(tensor: Tensor, op: P) =>
      siblings.get(siblingKey(tensor, op)) as Tensor<P> | undefined,
    record: (tensor, value) => values.setPlain(tensor, value),
  };
  const hostNodes: string[] = [];
  for (const node of nodes) {
    if (values.has(node) || absorbed.has(node.id)) continue;
    const first = graph.nodes.length;
    lowerNode(node, lowering, fixed);
    for (const emitted of graph.nodes.slice(first)) {
      if (needsHost(node, emitted)) hostNodes.push(emitted.name!);
    }
  }
  for (const [name, tensor] of Object.entries(outputs)) {
    graph.addOutput(values.ofPlain(tensor), name, tensor.dtype, tensor.shape);
  }
  const finished = graph.finish();
  const model = encodeModel(finished, graph.domains, description);
  return { model, symbols: fed.symbols, operators: finished.node!.length, hostNodes };
}

/** Primitives with only single-precision CPU kernels in ONNX Runtime. */
const SINGLE_ONLY: ReadonlySet<PrimitiveName> = new Set([
  "erf",
  "conv",
  "convInputGradient",
  "convFilterGradient",
]);

/** Computes a node and records its value. */
function lowerNode(node: Tensor, lowering: Lowering, fixed: ReadonlyMap<string, HostArray>): void {
  const { graph, values, layout, mode } = lowering;
  if (node.op === "input") {
    const { name } = (node as Tensor<"input">).attributes;
    const value = fixed.get(name);
    const declared =
      value === undefined
        ? graph.addInput(name, node.dtype, node.shape)
        : graph.addInitializer(name, node.dtype, node.shape as readonly number[], value);
    values.setPlain(node, declared);
    return;
  }
  if (mode !== "portable" && node.dtype === "float64" && SINGLE_ONLY.has(node.op)) {
    throw new ProgramError(`ONNX Runtime has no float64 ${node.op}; cast its operands to float32`);
  }
  graph.enter(node.op);
  if (layout !== undefined && lowerWithLayout(node, lowering, layout)) return;
  const operands = lowering.fusedProduct(node) ? [] : node.inputs.map(lowering.valueOf);
  values.setPlain(node, ruleOf(node)(node, operands, lowering));
}

function ruleOf({ op }: Tensor): LoweringRule<PrimitiveName> {
  return loweringRules[op as keyof typeof loweringRules] as LoweringRule<PrimitiveName>;
}

/** Computes a node if it reads or writes blocked images. Returns whether it does. */
function lowerWithLayout(node: Tensor, lowering: Lowering, layout: LayoutPlan): boolean {
  const { values } = lowering;
  const group = layout.byEnd.get(node.id);
  if (group !== undefined) lowerConvolutionGroup(node, group, lowering);
  else if (layout.inBlocks.has(node.id)) lowerInBlocks(node, ruleOf(node), lowering);
  else if (isFilterGradient(node)) {
    const value = lowerBlockedFilterGradient(node, lowering);
    if (value === undefined) return false;
    values.setPlain(node, value);
  } else if (isReduction(node) && reducesInBlocks(node, layout.block)) {
    if (values.hasPlain(node.inputs[0])) return false;
    values.setPlain(node, reduceInBlocks(node, lowering));
  } else return false;
  return true;
}

function isFilterGradient(node: Tensor): node is Tensor<"convFilterGradient"> {
  return node.op === "convFilterGradient";
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
 * Sums of a matrix product and a bias that `Gemm` can compute: the product is 2-D, of floats and used
 * nowhere else, and the bias broadcasts to its shape.
 */
function fusedProducts(
  nodes: readonly Tensor[],
  uses: ReadonlyMap<number, number>,
): Map<number, FusedProduct> {
  const fused = new Map<number, FusedProduct>();
  for (const node of nodes) {
    if (node.op !== "add" || node.shape.length !== 2 || !isFloating(node.dtype)) continue;
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

/** How often each node's value is used, as an output or as an operand. */
function countUses(nodes: readonly Tensor[], outputs: readonly Tensor[]): Map<number, number> {
  const uses = new Map<number, number>();
  const count = ({ id }: Tensor) => uses.set(id, (uses.get(id) ?? 0) + 1);
  outputs.forEach(count);
  for (const { inputs } of nodes) inputs.forEach(count);
  return uses;
}
