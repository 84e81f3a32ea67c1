import type { ElementwisePrimitives, PrimitiveName } from "../../../tensor/primitives.js";
import { sameShape } from "../../../tensor/shape.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { uniformValue, withScalar } from "../../optimise/identities/identity.js";
import { castValue } from "../cast.js";
import { direct, type LoweringRules } from "../rule.js";
import { lowerFusedProduct } from "./linear.js";

/** Rules of the primitives that compute element by element. */
export const elementwise: LoweringRules<keyof ElementwisePrimitives> = {
  neg: direct("Neg"),
  abs: direct("Abs"),
  sign: direct("Sign"),
  exp: direct("Exp"),
  log: direct("Log"),
  sqrt: direct("Sqrt"),
  sin: direct("Sin"),
  cos: direct("Cos"),
  tanh: direct("Tanh"),
  sigmoid: ({ dtype }, [x], { graph }) => {
    if (dtype !== "float64") return graph.emit("Sigmoid", [x]);
    // 1 / (1 + e^−x): ONNX Runtime fuses x · Sigmoid(x) into an operator that lacks float64.
    const one = graph.scalar(dtype, 1);
    const decay = graph.emit("Exp", [graph.emit("Neg", [x])]);
    return graph.emit("Div", [one, graph.emit("Add", [one, decay])]);
  },
  softplus: (node, [x], { graph, mode }) => {
    if (mode !== "session" && node.dtype !== "float64") return graph.emit("Softplus", [x]);
    // max(x, 0) + log(1 + e^−|x|): ONNX Runtime's Softplus is not vectorised and three times as slow,
    // and lacks float64.
    const decay = graph.emit("Exp", [graph.emit("Neg", [graph.emit("Abs", [x])])]);
    const rest = graph.emit("Log", [graph.emit("Add", [decay, graph.scalar(node.dtype, 1)])]);
    return graph.emit("Add", [graph.emit("Relu", [x]), rest]);
  },
  relu: direct("Relu"),
  erf: direct("Erf"),
  floor: direct("Floor"),
  round: direct("Round"),
  not: direct("Not"),
  cast: ({ inputs: [x], attributes: { dtype } }, [value], { graph }) =>
    castValue(graph, value, x.dtype, dtype),
  stopGradient: (_, [value]) => value,

  add: (node, operands, lowering) => {
    const fused = lowering.fusedProduct(node);
    if (fused !== undefined) return lowerFusedProduct(fused, lowering);
    // Fusion reads the operand's operand, whose plain value a node in blocks cannot use.
    const fusible = lowering.mode === "session" && !lowering.layout?.inBlocks.has(node.id);
    const line = fusible ? unclippedLine(node) : undefined;
    if (line === undefined) return lowering.graph.emit("Add", operands);
    const { x, slope, offset } = line;
    return lowering.graph.emit("HardSigmoid", [lowering.valueOf(x)], {
      alpha: { float: slope },
      beta: { float: offset },
    });
  },
  sub: direct("Sub"),
  mul: direct("Mul"),
  div: direct("Div"),
  pow: direct("Pow"),
  maximum: direct("Max"),
  minimum: direct("Min"),
  equal: direct("Equal"),
  less: direct("Less"),
  lessEqual: direct("LessOrEqual"),
  and: direct("And"),
  or: direct("Or"),
  where: (node, operands, { graph, mode }) => {
    const slope = mode === "session" ? slopeOf(node) : undefined;
    if (slope !== undefined) {
      return graph.emit("LeakyRelu", [operands[1]], { alpha: { float: slope } });
    }
    if (node.dtype !== "bool") return graph.emit("Where", operands);
    // ONNX Runtime has no Where for bool.
    const [condition, whenTrue, whenFalse] = operands;
    return graph.emit("Or", [
      graph.emit("And", [condition, whenTrue]),
      graph.emit("And", [graph.emit("Not", [condition]), whenFalse]),
    ]);
  },
};

/** Primitives with results in [−1, 1]. */
const WITHIN_ONE: ReadonlySet<PrimitiveName> = new Set(["erf", "tanh"]);

/**
 * slope · x + offset, if it is known to stay within [0, 1]. `HardSigmoid`, which clips to that range,
 * then computes it in one pass.
 */
function unclippedLine(node: Tensor): Line | undefined {
  const sum = withScalar(node);
  if (sum?.other.op !== "mul" || node.dtype !== "float32") return undefined;
  const { other: product, value: offset } = sum;
  const scaled = withScalar(product);
  if (scaled === undefined || !WITHIN_ONE.has(scaled.other.op)) return undefined;
  const { other: x, value: slope } = scaled;
  const fits = Math.abs(slope) <= Math.min(offset, 1 - offset);
  return fits && sameShape(x.shape, node.shape) ? { x, slope, offset } : undefined;
}

interface Line {
  readonly x: Tensor;
  readonly slope: number;
  readonly offset: number;
}

/** The slope if the node is a leaky ReLU: x if x > 0, else slope · x. */
function slopeOf({ inputs: [condition, x, other], dtype, shape }: Tensor): number | undefined {
  const [zero, compared] = condition.inputs;
  const leaks = condition.op === "less" && compared.id === x.id && uniformValue(zero) === 0;
  if (!leaks || other.op !== "mul" || dtype !== "float32" || !sameShape(x.shape, shape)) {
    return undefined;
  }
  const scaled = withScalar(other);
  return scaled?.other.id === x.id ? scaled.value : undefined;
}
