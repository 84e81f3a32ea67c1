import { mergeEqual } from "../src/runtime/optimise/index.js";
import type { Program } from "../src/runtime/program.js";
import { reachable } from "../src/tensor/graph.js";
import { elementCount } from "../src/tensor/shape.js";
import type { Tensor } from "../src/tensor/tensor.js";
import type { MachineRates } from "./contestants/machine.js";

/** The unavoidable work of one operator. */
interface OperatorWork {
  readonly flops: number;
  readonly bytes: number;
}

/** The unavoidable work of a step. */
export interface Work {
  /** Multiplications and additions in matrix products and convolutions. */
  readonly flops: number;
  /** Their operands and results, and what Adam reads and writes, each counted once. */
  readonly bytes: number;
  /** The same, by operator. */
  readonly operators: readonly OperatorWork[];
}

/** Adam reads parameters, both moments and the gradient, and writes parameters and moments. */
const ADAM_PASSES = 7;

export function workOf(program: Program): Work {
  // Common sub-expressions of a gradient need to be computed only once.
  const { outputs, updates } = mergeEqual(program);
  const ends = [...Object.values(outputs), ...Object.values(updates)];
  const operators = reachable(ends).flatMap((node): OperatorWork[] => {
    const flops = flopsOf(node);
    if (flops === 0) return [];
    return [{ flops, bytes: 4 * [node, ...node.inputs].reduce((sum, x) => sum + sizeOf(x), 0) }];
  });
  const moved = Object.entries(updates)
    .filter(([name]) => name.startsWith("parameters."))
    .reduce((sum, [, parameters]) => sum + sizeOf(parameters), 0);
  operators.push({ flops: 0, bytes: 4 * ADAM_PASSES * moved });
  return {
    flops: operators.reduce((sum, { flops }) => sum + flops, 0),
    bytes: operators.reduce((sum, { bytes }) => sum + bytes, 0),
    operators,
  };
}

/**
 * The roofline of a training step. Every product and convolution runs at the rate of a large matrix
 * product, or of a copy of its operands and result if that takes longer. The optimiser runs at the rate
 * of a copy. Everything else is free, as if fused into its neighbours. Cached operands can be read faster
 * than the copy of large arrays suggests, so a small step may be faster than its floor.
 */
export function floorMs({ operators }: Work, { gemmGflops, copyGBs }: MachineRates): number {
  return operators.reduce(
    (sum, { flops, bytes }) => sum + Math.max(flops / gemmGflops, bytes / copyGBs) / 1e6,
    0,
  );
}

const sizeOf = ({ shape }: Tensor): number => elementCount(shape as readonly number[]);

function flopsOf(node: Tensor): number {
  const [a, b] = node.inputs;
  switch (node.op) {
    case "matmul": {
      const { transposeA } = (node as Tensor<"matmul">).attributes;
      return 2 * sizeOf(node) * Number(a.shape.at(transposeA ? -2 : -1));
    }
    case "conv":
      return 2 * sizeOf(node) * perOutput(b);
    case "convInputGradient":
      return 2 * sizeOf(a) * perOutput(b);
    case "convFilterGradient":
      return 2 * sizeOf(b) * perOutput(node);
    default:
      return 0;
  }
}

/** Number of products summed for one element of a convolution's result. */
const perOutput = ({ shape: [, ...rest] }: Tensor): number =>
  elementCount(rest as readonly number[]);
