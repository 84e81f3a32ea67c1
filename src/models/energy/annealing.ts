import type { Host } from "../../core/driven.js";
import { toNumbers } from "../../tensor/dtype.js";
import { input } from "../../tensor/tensor.js";
import { type ClassOf, classesOf, classFeeds } from "./class-of.js";
import type { GibbsMachine } from "./gibbs-machine.js";
import { logSum } from "./log-sum.js";

export interface Annealing {
  /** Number of independent chains; at least 2, for a standard error. */
  readonly chains: number;
  /** Number of distributions from the base to the machine, both included; at least 2. */
  readonly betas: number;
  readonly seed: number;
  /** The class whose log Z it is, for a machine that is conditioned on it. */
  readonly of?: ClassOf | undefined;
}

export interface LogZEstimate {
  readonly logZ: number;
  /** Standard error of log Z, from the spread of the chains' weights. */
  readonly standardError: number;
}

const CHAINS_A_RUN = 500;
/** Steps per run of the program: more save round trips but enlarge the graph. */
const STEPS_A_RUN = 8;

/**
 * log Z by annealed importance sampling, starting from a machine without couplings whose visible biases
 * reproduce the data's means.
 *
 * The mean weight of the chains is an unbiased estimate of Z / Z₀, so log Z is slightly too low on
 * average. The standard error is that of the mean weight, divided by the mean weight.
 *
 * @throws the signal's reason once it is aborted
 * @source Salakhutdinov & Murray 2008, ICML, section 4.1; Neal 2001, Statistics and Computing 11
 */
export async function annealedLogZ(
  host: Host,
  machine: GibbsMachine,
  { chains, betas, seed, of }: Annealing,
): Promise<LogZEstimate> {
  const { id, units } = machine;
  const steps = Math.min(STEPS_A_RUN, machine.mostSteps);
  const program = await host.program(`${id}.anneal`, (scope) => {
    const ladder = input("betas", [steps + 1]);
    const { state, logRatio } = machine.walk(scope, input("state", ["B", units]), ladder, {
      classes: classesOf(of),
    });
    return { state, logRatio };
  });
  // Fill up to whole runs with steps at β = 0, which draw from the base and add nothing.
  const runs = Math.ceil(betas / steps);
  const surplus = runs * steps - betas;
  const betaOf = (step: number) => rungOf((step - surplus - 1) / (betas - 1));
  const logWeights = new Float64Array(chains);
  for (let first = 0; first < chains; first += CHAINS_A_RUN) {
    const size = Math.min(CHAINS_A_RUN, chains - first);
    let state: Float32Array = new Float32Array(size * units);
    for (let run = 0; run < runs; run++) {
      host.signal?.throwIfAborted();
      const ladder = Float32Array.from({ length: steps + 1 }, (_, step) =>
        betaOf(run * steps + step),
      );
      const outputs = await program.run({
        state: host.state,
        feeds: { state, betas: ladder, ...classFeeds(of, size) },
        dims: { B: size },
        noise: { seed, step: run, first },
      });
      state = outputs.state as Float32Array;
      toNumbers(outputs.logRatio).forEach((ratio, chain) => {
        logWeights[first + chain] += ratio;
      });
      host.onProgress?.((first + (size * (run + 1)) / runs) / chains);
    }
  }
  const { log, standardError } = logMean(logWeights);
  return { logZ: machine.logZOfBase(await host.values()) + log, standardError };
}

/**
 * The β after a share of the steps. Steps are densest where the distributions change fastest: one
 * twentieth of them lies below ½, a quarter between ½ and 0.9, and the rest above.
 */
function rungOf(share: number): number {
  const [from, to] = [
    [0, 0.05, 0.3, 1],
    [0, 0.5, 0.9, 1],
  ];
  const within = Math.min(1, Math.max(0, share));
  const part = from.findIndex((_, index) => within <= from[index + 1]);
  const along = (within - from[part]) / (from[part + 1] - from[part]);
  return to[part] + along * (to[part + 1] - to[part]);
}

/** Log of the mean of weights given as logarithms, and its standard error. */
function logMean(logWeights: Float64Array): { log: number; standardError: number } {
  const count = logWeights.length;
  const log = logSum(logWeights) - Math.log(count);
  const spread = logWeights.reduce((sum, weight) => sum + (Math.exp(weight - log) - 1) ** 2, 0);
  return { log, standardError: Math.sqrt(spread / (count * (count - 1))) };
}
