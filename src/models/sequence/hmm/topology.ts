import type { HmmConfig } from "./config.js";

/** Which states a chain may begin in, and which may follow which. */
export interface Allowed {
  /** [K] */
  readonly initial: readonly boolean[];
  /** [K, K] row-major, from (row) to (column) */
  readonly transitions: readonly boolean[];
}

type Shape = Pick<HmmConfig, "states" | "topology" | "jump">;

/**
 * What a topology allows; undefined where that is everything. A left-right chain begins in its first state
 * and never goes back.
 *
 * @source Bakis 1976; Rabiner 1989, section IV.B
 */
export function allowedBy({ states, topology, jump }: Shape): Allowed | undefined {
  if (topology === "ergodic") return undefined;
  const furthest = jump === 0 ? states : jump;
  return {
    initial: Array.from({ length: states }, (_, state) => state === 0),
    transitions: Array.from({ length: states ** 2 }, (_, at) => {
      const step = (at % states) - Math.floor(at / states);
      return step >= 0 && step <= furthest;
    }),
  };
}
