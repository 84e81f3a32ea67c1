import type { Host } from "../../core/driven.js";
import type { Scope } from "../../nn/scope.js";
import { input, type Tensor } from "../../tensor/tensor.js";
import { type ClassOf, classesOf, classFeeds } from "./class-of.js";
import { logSum } from "./log-sum.js";

/** The largest number of units whose states are enumerated. */
export const MOST_UNITS = 20;
const STATES_A_RUN = 4096;

/** Units whose states are enumerated to find log Z; the others are summed out in closed form. */
export interface Enumeration {
  /** Which units they are, as protocols say it: `hidden units`. */
  readonly of: string;
  readonly units: number;
  /** Name of the program. */
  readonly program: string;
  /**
   * The log weight of each state, summed over all other units: [B, units] → [B].
   *
   * @param classes  [B, K] 1 at the class of each row and 0 elsewhere; absent without classes
   */
  logWeights(scope: Scope, states: Tensor, classes?: Tensor): Tensor;
}

/** The one with the fewest units, if it has at most 20, else undefined. */
export function cheapest(enumerations: readonly Enumeration[]): Enumeration | undefined {
  return enumerations
    .filter(({ units }) => units <= MOST_UNITS)
    .sort((a, b) => a.units - b.units)
    .at(0);
}

/**
 * log Z by enumerating states.
 *
 * @param of  the class whose log Z it is, for a machine that is conditioned on it
 * @throws the signal's reason once it is aborted
 */
export async function exactLogZ(
  host: Host,
  { program: name, units, logWeights }: Enumeration,
  of?: ClassOf,
): Promise<number> {
  const program = await host.program(name, (scope) => ({
    logWeights: logWeights(scope, input("states", ["B", units]), classesOf(of)),
  }));
  const total = 2 ** units;
  const partial: number[] = [];
  for (let first = 0; first < total; first += STATES_A_RUN) {
    host.signal?.throwIfAborted();
    const size = Math.min(STATES_A_RUN, total - first);
    const outputs = await program.run({
      state: host.state,
      feeds: { states: statesFrom(first, size, units), ...classFeeds(of, size) },
      dims: { B: size },
    });
    partial.push(logSum(outputs.logWeights as Float32Array));
    host.onProgress?.((first + size) / total);
  }
  return logSum(partial);
}

/** [size, units] States `first` … `first + size − 1`, where unit i is bit i of the state's number. */
export function statesFrom(first: number, size: number, units: number): Float32Array {
  const states = new Float32Array(size * units);
  for (let state = 0; state < size; state++) {
    for (let unit = 0; unit < units; unit++) {
      states[state * units + unit] = ((first + state) >> unit) & 1;
    }
  }
  return states;
}
