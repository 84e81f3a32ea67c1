import { type Dim, factorsOfDim, type Shape } from "../../tensor/shape.js";
import type { Tensor } from "../../tensor/tensor.js";
import { ProgramError } from "../errors.js";
import type { GraphBuilder } from "./builder.js";

/**
 * Symbolic dimensions as int64 values of the graph.
 *
 * A symbol is read off the first input that has it, by preference one whose dimension is the symbol
 * itself; a monomial such as `4*B` is a product. Every value is computed once a graph.
 */
export class DimValues {
  private readonly known = new Map<Dim, string>();

  constructor(
    private readonly graph: GraphBuilder,
    private readonly inputs: readonly Tensor<"input">[],
  ) {}

  /** The dimension as a vector of one int64. */
  vector(dim: Dim): string {
    if (typeof dim === "number") return this.graph.int64s([dim]);
    let value = this.known.get(dim);
    if (value === undefined) {
      value = this.compute(dim);
      this.known.set(dim, value);
    }
    return value;
  }

  /** The shape as a vector of int64: a literal where it is static. */
  shape(shape: Shape): string {
    if (shape.every((dim) => typeof dim === "number")) return this.graph.int64s(shape);
    if (shape.length === 1) return this.vector(shape[0]);
    return this.graph.emit(
      "Concat",
      shape.map((dim) => this.vector(dim)),
      { axis: 0 },
    );
  }

  private compute(dim: string): string {
    const { coefficient, symbols } = factorsOfDim(dim);
    if (symbols.length === 1 && coefficient === 1) return this.readSymbol(symbols[0]);
    const [first, ...rest] = [...symbols, ...(coefficient === 1 ? [] : [coefficient])];
    return rest.reduce<string>(
      (product, factor) => this.graph.emit("Mul", [product, this.vector(factor)]),
      this.vector(first),
    );
  }

  private readSymbol(symbol: string): string {
    for (const { shape, attributes } of this.inputs) {
      const axis = shape.indexOf(symbol);
      if (axis >= 0) return this.readAxis(attributes.name, axis);
    }
    for (const { shape, attributes } of this.inputs) {
      for (const [axis, dim] of shape.entries()) {
        const { coefficient, symbols } = factorsOfDim(dim);
        if (symbols.length === 1 && symbols[0] === symbol) {
          const length = this.readAxis(attributes.name, axis);
          return this.graph.emit("Div", [length, this.graph.int64s([coefficient])]);
        }
      }
    }
    throw new ProgramError(
      `the symbolic dimension "${symbol}" is not a dimension of any input of the program`,
    );
  }

  private readAxis(name: string, axis: number): string {
    return this.graph.emit("Shape", [name], { start: axis, end: axis + 1 });
  }
}
