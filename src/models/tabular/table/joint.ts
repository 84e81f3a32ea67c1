import { impossible } from "../../impossible.js";
import { divideUnit, intervalAt, tempered } from "../intervals.js";
import { MISSING } from "../levels.js";
import type { Reader } from "../tabular-model.js";

/** Numbers all states of n variables with k values; the first variable is the highest digit. */
export interface Joint {
  readonly variables: number;
  readonly levels: number;
  /** kⁿ */
  readonly cells: number;
}

/** The difference in a cell's number when a variable's value increases by 1. */
export const stride = ({ variables, levels }: Joint, variable: number): number =>
  levels ** (variables - 1 - variable);

/**
 * The cells that agree with the given values, in ascending order.
 *
 * @param values  [n], {@link MISSING} if not given
 */
function consistentCells(joint: Joint, values: Int32Array): Uint32Array {
  const { levels } = joint;
  return values.reduce((cells, value, variable) => {
    const step = stride(joint, variable);
    if (value !== MISSING) return cells.map((cell) => cell + value * step);
    return Uint32Array.from(
      { length: cells.length * levels },
      (_, index) => cells[Math.floor(index / levels)] + (index % levels) * step,
    );
  }, Uint32Array.of(0));
}

/** A fitted table. One draw determines all missing values. @param logProbs  [cells] */
export function readJoint(joint: Joint, logProbs: Float32Array, temperature: number): Reader {
  const { variables, levels } = joint;
  const dividing = (cells: Uint32Array): Float64Array => {
    const weights = Float64Array.from(cells, (cell) => logProbs[cell]);
    if (weights.every((weight) => weight === Number.NEGATIVE_INFINITY)) throw impossible();
    return divideUnit(tempered(weights, temperature));
  };
  const all = Uint32Array.from({ length: joint.cells }, (_, cell) => cell);
  let whole: Float64Array | undefined;
  return {
    fill(values, [u], onDraw) {
      const free = Array.from(values.keys()).filter((variable) => values[variable] === MISSING);
      const cells = free.length === variables ? all : consistentCells(joint, values);
      if (cells === all) whole ??= dividing(all);
      const bounds = (cells === all ? whole : undefined) ?? dividing(cells);
      const index = intervalAt(bounds, u);
      const given = Array.from(values).filter((value) => value !== MISSING);
      onDraw?.({ variables: free, given, bounds, u, index });
      for (const variable of free) {
        values[variable] = Math.floor(cells[index] / stride(joint, variable)) % levels;
      }
    },
    logEvidence(values) {
      let total = 0;
      for (const cell of consistentCells(joint, values)) total += Math.exp(logProbs[cell]);
      return Math.log(total);
    },
  };
}
