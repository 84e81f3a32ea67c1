import type { Tensor } from "../../tensor/tensor.js";
import type { Program } from "../program.js";
import { rewrite } from "./rewrite.js";

/** Limit on rounds, in case two rules undo each other for ever. */
const MAX_ROUNDS = 8;

/**
 * Returns an equivalent program with less to compute: merges equal nodes, folds constants, applies
 * algebraic identities, and drops nodes that no result depends on.
 *
 * Results differ at most by the rounding of reassociated factors, and by the sign of zero if 0 is
 * added. Infinities and NaN propagate as before: `x · 0` is kept.
 */
export function optimise(program: Program): Program {
  return mapEnds(program, settle);
}

/** Merges equal nodes and does nothing else; each input becomes a single node. */
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
