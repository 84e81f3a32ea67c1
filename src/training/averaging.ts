import type { Phase, Step } from "../core/steps.js";

/**
 * The scopes whose averages a step moves on. Each scope is averaged once a batch at most: by the step
 * that trains it most often, the last of them where several do.
 */
export function averagedBy({ steps }: Phase, step: Step): string[] {
  return step.trains.filter((scope) => {
    const chosen = steps
      .filter(({ trains }) => trains.includes(scope))
      .reduce((best, other) => ((other.every ?? 1) <= (best.every ?? 1) ? other : best));
    return chosen === step;
  });
}
