import type { Phase, Step } from "../core/steps.js";

/**
 * The scopes whose averages a step updates. Each scope is averaged at most once per batch: by the
 * step that trains it most often, or the last such step.
 */
export function averagedBy({ steps }: Phase, step: Step): string[] {
  return step.trains.filter((scope) => {
    const chosen = steps
      .filter(({ trains }) => trains.includes(scope))
      .reduce((best, other) => ((other.every ?? 1) <= (best.every ?? 1) ? other : best));
    return chosen === step;
  });
}
