import { hinge } from "./hinge.js";
import { leastSquares } from "./least-squares.js";
import { minimax } from "./minimax.js";
import { nonSaturating } from "./non-saturating.js";
import type { AdversarialObjective } from "./objective.js";
import { relativistic } from "./relativistic.js";
import { wasserstein } from "./wasserstein.js";

/** Every objective, by its name in settings. */
export const objectives = {
  minimax,
  "non-saturating": nonSaturating,
  hinge,
  "least-squares": leastSquares,
  wasserstein,
  relativistic,
} as const satisfies Record<string, AdversarialObjective>;

export type ObjectiveName = keyof typeof objectives;
export const objectiveNames = Object.keys(objectives) as ObjectiveName[];
