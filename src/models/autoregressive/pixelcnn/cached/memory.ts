import type { DType } from "../../../../tensor/dtype.js";
import type { Shape } from "../../../../tensor/shape.js";
import { input, type Tensor } from "../../../../tensor/tensor.js";

/**
 * What is cached for a window: its input at the `reach` pixels on the left and in the `reach` rows
 * above.
 */
export interface Slot {
  /** Number of maps in the window's input. */
  readonly channels: number;
  readonly reach: number;
}

/** Inputs of a program by name, shared by several passes of a network. */
export class Memory {
  private readonly inputs = new Map<string, Tensor>();

  /** [B, reach · C] inputs of a window at the pixels on the left, the farthest first. */
  left(index: number, { channels, reach }: Slot): Tensor {
    return this.read(`left.${index}`, ["B", reach * channels]);
  }

  /** [B, C] a window's share from the rows above, including its bias. */
  above(index: number, channels: number): Tensor {
    return this.read(`above.${index}`, ["B", channels]);
  }

  /** [inputs, outputs] weights of a window in its own row, from {@link rowWeights}. */
  weight(index: number, inputs: number, outputs: number): Tensor {
    return this.read(`weight.${index}`, [inputs, outputs]);
  }

  /** [reach, W, B, C] inputs of a window in the rows above, the farthest first. */
  rows(index: number, { channels, reach }: Slot, width: number): Tensor {
    return this.read(`rows.${index}`, [reach, width, "B", channels]);
  }

  /** int32 scalar */
  row(): Tensor {
    return this.read("row", [], "int32");
  }

  /** int32 scalar */
  column(): Tensor {
    return this.read("column", [], "int32");
  }

  private read(name: string, shape: Shape, dtype: DType = "float32"): Tensor {
    const known = this.inputs.get(name);
    if (known !== undefined) return known;
    const created = input(name, shape, dtype);
    this.inputs.set(name, created);
    return created;
  }
}
