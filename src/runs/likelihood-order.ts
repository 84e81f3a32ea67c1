import type { ScoreKind } from "../core/capability.js";
import type { Evaluation } from "./evaluation/contract.js";

/** One run's likelihood. */
export interface RankedLikelihood {
  readonly run: string;
  readonly nats: number;
  readonly kind: ScoreKind;
}

/** Likelihoods of the same images, lowest first within each kind. */
export interface LikelihoodOrder {
  /** The images that are scored, with their shape and preparation. */
  readonly images: string;
  /** In order: an exact value can be ranked against another. */
  readonly exact: readonly RankedLikelihood[];
  /** Upper bounds and estimates. The true value of a bound may be lower than an exact one below it. */
  readonly others: readonly RankedLikelihood[];
}

/** Likelihoods by the images that they are of. */
export function likelihoodOrders(evaluations: readonly Evaluation[]): LikelihoodOrder[] {
  const groups = new Map<string, RankedLikelihood[]>();
  for (const { of, figures, protocol } of evaluations) {
    const found = figures.find(({ metric }) => metric === "nll");
    if (found?.kind === undefined) continue;
    const images = String(protocol["scored images"]);
    const group = groups.get(images) ?? [];
    groups.set(images, [...group, { run: of, nats: found.value, kind: found.kind }]);
  }
  return [...groups].map(([images, group]) => {
    const ordered = [...group].sort((a, b) => a.nats - b.nats);
    return {
      images,
      exact: ordered.filter(({ kind }) => kind === "exact"),
      others: ordered.filter(({ kind }) => kind !== "exact"),
    };
  });
}
