import { formatShape, type Shape } from "./shape.js";

/** Base class of all errors that Figment raises deliberately. Messages are written for the user. */
export class FigmentError extends Error {
  override readonly name: string = "FigmentError";
}

/** Operands with shapes, data types or axes that an operator rejects. Raised while building a graph. */
export class ShapeError extends FigmentError {
  override readonly name = "ShapeError";

  /**
   * @param operator  the operator as the caller named it, such as `matmul`
   * @param problem   what is wrong, and what the operator accepts
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
