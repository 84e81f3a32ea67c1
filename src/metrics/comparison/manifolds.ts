import { manifoldMembership, precisionRecallOf } from "../precision-recall.js";
import { meanInterval, shareInterval } from "../standard-interval.js";
import type { Comparison } from "./comparison.js";

export const manifolds: Comparison = {
  description: "precision, recall, density and coverage",
  needs: [],
  floor: "unseen",
  measure({ real, generated }, { seed, intervals }) {
    const members = manifoldMembership(real.features, generated.features);
    const values = precisionRecallOf(members);
    const { precise, recalled, covered, balls, k } = members;
    const intervalOf = {
      precision: () => shareInterval(precise),
      recall: () => shareInterval(recalled),
      density: () =>
        meanInterval(
          Float64Array.from(balls, (count) => count / k),
          seed,
        ),
      coverage: () => shareInterval(covered),
    };
    return (["precision", "recall", "density", "coverage"] as const).map((figure) => ({
      figure,
      value: values[figure],
      ...(intervals && { interval: intervalOf[figure]() }),
    }));
  },
};
