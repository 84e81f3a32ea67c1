import type { ConvAttributes } from "../../tensor/primitives.js";
import { elementCount } from "../../tensor/shape.js";
import type { Kernels } from "./kernel.js";

/**
 * The part of an output row that one filter tap connects with an input row: `count` outputs from `y`
 * on, inputs from `x` on at distance `stride`, and the tap at `w`.
 */
type Visit = (y: number, x: number, stride: number, w: number, count: number) => void;

/**
 * Visits every product in the sum that defines a convolution. The convolution and its two adjoints
 * share one trilinear form in output, input and filters, and differ only in what they accumulate.
 */
function forEachProduct(
  x: readonly number[],
  filters: readonly number[],
  y: readonly number[],
  { strides, pads, dilations, groups }: ConvAttributes,
  visit: Visit,
): void {
  const [n, channels, height, width] = x;
  const [outputs, perGroup, kH, kW] = filters;
  const [, , rows, columns] = y;
  for (let image = 0; image < n; image++) {
    for (let output = 0; output < outputs; output++) {
      const group = Math.floor(output / (outputs / groups));
      for (let channel = 0; channel < perGroup; channel++) {
        const plane = (image * channels + group * perGroup + channel) * height;
        for (let tapRow = 0; tapRow < kH; tapRow++) {
          for (let tapColumn = 0; tapColumn < kW; tapColumn++) {
            const w = ((output * perGroup + channel) * kH + tapRow) * kW + tapColumn;
            const shift = tapColumn * dilations[1] - pads[1];
            const first = Math.max(0, Math.ceil(-shift / strides[1]));
            const last = Math.min(columns - 1, Math.floor((width - 1 - shift) / strides[1]));
            if (last < first) continue;
            for (let row = 0; row < rows; row++) {
              const source = row * strides[0] + tapRow * dilations[0] - pads[0];
              if (source < 0 || source >= height) continue;
              visit(
                ((image * outputs + output) * rows + row) * columns + first,
                (plane + source) * width + first * strides[1] + shift,
                strides[1],
                w,
                last - first + 1,
              );
            }
          }
        }
      }
    }
  }
}

export const convolution: Kernels<"conv" | "convInputGradient" | "convFilterGradient"> = {
  conv: ({ attributes }, [x, filters], shape) => {
    const result = new Float64Array(elementCount(shape));
    forEachProduct(x.shape, filters.shape, shape, attributes, (y, start, stride, w, count) => {
      const weight = filters.data[w];
      for (let i = 0; i < count; i++) result[y + i] += weight * x.data[start + i * stride];
    });
    return result;
  },
  convInputGradient: ({ attributes }, [dy, filters], shape) => {
    const result = new Float64Array(elementCount(shape));
    forEachProduct(shape, filters.shape, dy.shape, attributes, (y, start, stride, w, count) => {
      const weight = filters.data[w];
      for (let i = 0; i < count; i++) result[start + i * stride] += weight * dy.data[y + i];
    });
    return result;
  },
  convFilterGradient: ({ attributes }, [x, dy], shape) => {
    const result = new Float64Array(elementCount(shape));
    forEachProduct(x.shape, shape, dy.shape, attributes, (y, start, stride, w, count) => {
      let sum = 0;
      for (let i = 0; i < count; i++) sum += x.data[start + i * stride] * dy.data[y + i];
      result[w] += sum;
    });
    return result;
  },
};
