import { type Dim, factorsOfDim, type Shape } from "../../tensor/shape.js";
import type { Tensor } from "../../tensor/tensor.js";
import { ProgramError } from "../errors.js";
import type { GraphBuilder } from "./builder.js";

/** Returns the count of a symbol as a vector of one int64. */
export type SymbolSource = (symbol: string) => string;

/** Symbolic dimensions as int64 values of the graph, each computed once. */
export class DimValues {
  private readonly known = new Map<Dim, string>();

  constructor(
    private readonly graph: GraphBuilder,
    private readonly source: SymbolSource,
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
    const [first, ...rest] = symbols;
    const factors = coefficient === 1 ? rest : [...rest, coefficient];
    if (factors.length === 0) return this.source(first);
    return factors.reduce<string>(
      (product, factor) => this.graph.emit("Mul", [product, this.vector(factor)]),
      this.vector(first),
    );
  }
}

/** Symbols as inputs of the graph, named `dim:B`, for a runtime that feeds the counts. */
export class FedSymbols {
  readonly symbols: string[] = [];

  constructor(private readonly graph: GraphBuilder) {}

  readonly source: SymbolSource = (symbol) => {
    this.symbols.push(symbol);
    return this.graph.addInput(nameOfSymbol(symbol), "int64", [1]);
  };
}

/** Name of the input that takes a symbol's count. */
export function nameOfSymbol(symbol: string): string {
  return `dim:${symbol}`;
}

/**
 * Symbols read from the shapes of inputs, for a self-contained graph: from the first input that has
 * the symbol as a dimension, or else a multiple of it.
 */
export function symbolsOfInputs(
  graph: GraphBuilder,
  inputs: readonly Tensor<"input">[],
): SymbolSource {
  return (symbol) => {
    for (const multiple of [false, true]) {
      for (const { shape, attributes } of inputs) {
        for (const [axis, dim] of shape.entries()) {
          const { coefficient, symbols } = factorsOfDim(dim);
          if (symbols.length !== 1 || symbols[0] !== symbol) continue;
          if (coefficient !== 1 && !multiple) continue;
          const length = graph.emit("Shape", [attributes.name], { start: axis, end: axis + 1 });
          return coefficient === 1
            ? length
            : graph.emit("Div", [length, graph.int64s([coefficient])]);
        }
      }
    }
    throw new ProgramError(
      `the symbolic dimension "${symbol}" is not a dimension of any input of the program`,
    );
  };
}
