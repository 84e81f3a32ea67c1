import { mergeEqual } from "../src/runtime/optimise/index.js";
import type { Program } from "../src/runtime/program.js";
import { reachable } from "../src/tensor/graph.js";
import { elementCount } from "../src/tensor/shape.js";
import type { Tensor } from "../src/tensor/tensor.js";
import type { MachineRates } from "./contestants/machine.js";

/** What one operator cannot do without. */
interface OperatorWork {
  readonly flops: number;
  readonly bytes: number;
}

/** What a step cannot do without. */
export interface Work {
  /** Multiplications and additions of its matrix products and convolutions. */
  readonly flops: number;
  /** Operands and results of those, and what Adam reads and writes, each once. */
  readonly bytes: number;
  /** The same, operator by operator. */
  readonly operators: readonly OperatorWork[];
}

/** Parameters, both moments and the gradient are read; parameters and moments are written. */
const ADAM_PASSES = 7;

export function workOf(program: Program): Work {
  // What is written twice in a gradient need not be computed twice.
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
 * The roofline of a training step: every product and convolution at the rate of a large matrix
 * product, or of a copy of its operands and result where that takes longer; the optimiser at the rate
 * of a copy; all else free, as if it were fused into its neighbours. Operands that are still in a
 * cache come faster than a copy of large arrays, so a small step may go below.
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

/** Products that one element of a convolution's result is the sum of. */
const perOutput = ({ shape: [, ...rest] }: Tensor): number =>
  elementCount(rest as readonly number[]);
