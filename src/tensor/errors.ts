import { formatShape, type Shape } from "./shape.js";

/** Base of every error that Figment raises on purpose: its message is for the person who reads it. */
export class FigmentError extends Error {
  override readonly name: string = "FigmentError";
}

/** Operands whose shapes, data types or axes do not fit the operator. Raised while a graph is built. */
export class ShapeError extends FigmentError {
  override readonly name = "ShapeError";

  /**
   * @param operator  the operator as the caller named it, such as `matmul`
   * @param problem   what does not fit, and what would
   * @param shapes    the operands' shapes, in the caller's order
   */
  constructor(
    readonly operator: string,
    problem: string,
    readonly shapes: readonly Shape[] = [],
  ) {
    const operands = shapes.length > 0 ? ` (operands: ${shapes.map(formatShape).join(", ")})` : "";
    super(`${operator}: ${problem}${operands}`);
  }
}
