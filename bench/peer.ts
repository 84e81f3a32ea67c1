import type { Comparison, Reached, Result } from "./compare.js";
import type { ContestantName } from "./protocol.js";

/** A library that Figment is compared with. */
export interface Peer {
  readonly name: string;
  readonly title: string;
  /** How it takes the steps, each in a process of its own. The fastest counts. */
  readonly contestants: readonly ContestantName[];
}

export const PEERS: readonly Peer[] = [
  { name: "pytorch", title: "PyTorch", contestants: ["pytorch", "pytorch-compile"] },
  { name: "tfjs", title: "TensorFlow.js", contestants: ["tfjs"] },
  { name: "jax-js", title: "jax-js", contestants: ["jax-js"] },
];

/** What contestants are called. */
export const titles: Readonly<Record<ContestantName, string>> = {
  figment: "Figment",
  pytorch: "PyTorch",
  "pytorch-compile": "torch.compile",
  tfjs: "TensorFlow.js",
  "jax-js": "jax-js",
};

export function reached(result: Result | undefined): Reached | undefined {
  return result !== undefined && "step" in result ? result : undefined;
}

/** The contestant of a peer with the lowest median, and its measurements. */
export function fastestOf(
  { contestants }: Peer,
  { results }: Pick<Comparison, "results">,
): { readonly contestant: ContestantName; readonly result: Reached } | undefined {
  return contestants
    .flatMap((contestant) => {
      const result = reached(results[contestant]);
      return result === undefined ? [] : [{ contestant, result }];
    })
    .sort((a, b) => a.result.step.medianMs - b.result.step.medianMs)[0];
}

/** Figment's time over a peer's, for medians and for fastest tenths, which are less noisy. */
export function ratiosTo(peer: Peer, comparison: Pick<Comparison, "results">) {
  const [ours, theirs] = [reached(comparison.results.figment), fastestOf(peer, comparison)];
  if (ours === undefined || theirs === undefined) return null;
  return {
    counted: theirs.contestant,
    median: ours.step.medianMs / theirs.result.step.medianMs,
    fast: ours.step.fastMs / theirs.result.step.fastMs,
  };
}
