import type { HmmConfig } from "./config.js";

/** Which states may follow which, in a chain that always begins in its first: [K, K] from (row) to (column). */
export type Allowed = readonly boolean[];

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
  return Array.from({ length: states ** 2 }, (_, at) => {
    const step = (at % states) - Math.floor(at / states);
    return step >= 0 && step <= furthest;
  });
}
