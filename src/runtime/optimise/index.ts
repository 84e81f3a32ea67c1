import type { Tensor } from "../../tensor/tensor.js";
import type { Program } from "../program.js";
import { rewrite } from "./rewrite.js";

/** Rounds after which the graph is taken as it is; a rule that undoes another would never settle. */
const MAX_ROUNDS = 8;

/**
 * The same program with less to compute: equal nodes are merged, constants are folded, algebraic
 * identities are used, and what no result depends on is gone.
 *
 * Results differ at most by the rounding of reassociated factors, and by the sign of zero where 0 is
 * added. Infinities and NaN of operands come out as before: `x · 0` stays.
 */
export function optimise(program: Program): Program {
  return mapEnds(program, settle);
}

/** The same program with equal nodes merged, and so one node for each input, but no more. */
export function mergeEqual(program: Program): Program {
  return mapEnds(program, (ends) => rewrite(ends, { simplify: false }));
}

function mapEnds(
  { outputs, updates }: Program,
  map: (ends: readonly Tensor[]) => readonly Tensor[],
): Program {
  const ends = [...Object.values(outputs), ...Object.values(updates)];
  const result = map(ends);
  const pick = (tensors: Readonly<Record<string, Tensor>>, start: number) =>
    Object.fromEntries(Object.keys(tensors).map((name, index) => [name, result[start + index]]));
  return { outputs: pick(outputs, 0), updates: pick(updates, Object.keys(outputs).length) };
}

function settle(ends: readonly Tensor[]): readonly Tensor[] {
  let current = ends;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const next = rewrite(current);
    if (next.every(({ id }, index) => id === current[index].id)) return next;
    current = next;
  }
  return current;
}
