import type { ReductionPrimitives } from "../../tensor/primitives.js";
import { lanesOf, type NDArray } from "./array.js";
import type { Kernel, Kernels } from "./kernel.js";

/** Folds each lane along the reduced axes into one value. */
function fold(
  initial: number,
  step: (sum: number, value: number) => number,
): Kernel<"sum" | "mean" | "max" | "min"> {
  return ({ attributes: { axes } }, [{ data, shape }]) => {
    const { starts, offsets } = lanesOf(shape, axes);
    return Float64Array.from(starts, (start) =>
      offsets.reduce((sum, offset) => step(sum, data[start + offset]), initial),
    );
  };
}

/** Maps each lane along an axis to a lane of the same length. */
function mapLanes(
  { data, shape }: NDArray,
  axis: number,
  map: (lane: Float64Array) => Float64Array,
): Float64Array {
  const { starts, offsets } = lanesOf(shape, [axis]);
  const result = new Float64Array(data.length);
  for (const start of starts) {
    const lane = map(Float64Array.from(offsets, (offset) => data[start + offset]));
    offsets.forEach((offset, index) => {
      result[start + offset] = lane[index];
    });
  }
  return result;
}

const largestOf = (lane: Float64Array) => lane.reduce((a, b) => Math.max(a, b), -Infinity);
const total = (lane: Float64Array) => lane.reduce((a, b) => a + b, 0);
const sumKernel = fold(0, (sum, value) => sum + value);

/** Whether a value replaces the largest so far. NaN counts as the largest. */
export function exceeds(value: number, largest: number): boolean {
  return value > largest || (Number.isNaN(value) && !Number.isNaN(largest));
}

/** Operators over all elements along some axes. `max` and `min` are NaN if any element is. */
export const reduction: Kernels<keyof ReductionPrimitives> = {
  sum: sumKernel,
  mean: (node, operands, shape) => {
    const [x] = operands;
    const count = node.attributes.axes.reduce((product, axis) => product * x.shape[axis], 1);
    return sumKernel(node, operands, shape).map((sum) => sum / Math.max(count, 1));
  },
  max: fold(-Infinity, Math.max),
  min: fold(Infinity, Math.min),
  argMax: ({ attributes: { axis } }, [{ data, shape }]) => {
    const { starts, offsets } = lanesOf(shape, [axis]);
    return Float64Array.from(starts, (start) =>
      offsets.reduce((best, offset, index) => {
        const record = data[start + offsets[best]];
        return exceeds(data[start + offset], record) ? index : best;
      }, 0),
    );
  },
  topKIndices: ({ attributes: { axis, k } }, [{ data, shape }], resultShape) => {
    const from = lanesOf(shape, [axis]);
    const to = lanesOf(resultShape, [axis]);
    const result = new Float64Array(to.starts.length * k);
    from.starts.forEach((start, lane) => {
      const at = (index: number) => data[start + from.offsets[index]];
      const order = [...from.offsets.keys()].sort((a, b) => at(b) - at(a) || a - b);
      to.offsets.forEach((offset, rank) => {
        result[to.starts[lane] + offset] = order[rank];
      });
    });
    return result;
  },
  softmax: ({ attributes: { axis } }, [x]) =>
    mapLanes(x, axis, (lane) => {
      const largest = largestOf(lane);
      const weights = lane.map((value) => Math.exp(value - largest));
      const sum = total(weights);
      return weights.map((weight) => weight / sum);
    }),
  logSoftmax: ({ attributes: { axis } }, [x]) =>
    mapLanes(x, axis, (lane) => {
      const largest = largestOf(lane);
      const logSum = Math.log(total(lane.map((value) => Math.exp(value - largest))));
      return lane.map((value) => value - largest - logSum);
    }),
  cumulativeSum: ({ attributes: { axis, exclusive, reverse } }, [x]) =>
    mapLanes(x, axis, (lane) => {
      const ordered = reverse ? lane.slice().reverse() : lane;
      let sum = 0;
      const running = ordered.map((value) => {
        const before = sum;
        sum += value;
        return exclusive ? before : sum;
      });
      return reverse ? running.reverse() : running;
    }),
  axisSize: ({ attributes: { axis } }, [x]) => Float64Array.of(x.shape[axis]),
};
