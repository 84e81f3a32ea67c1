import { z } from "zod";
import type { DataTraits } from "../../../core/batch.js";
import { pixelsPerImage } from "../../../core/batch.js";
import type { HostBatch } from "../../../core/driven.js";
import type { FitSums } from "../../../core/fit.js";
import { defineModel } from "../../../core/model.js";

import { orderingOf } from "../../ordering.js";
import { subscript } from "../../typography.js";
import { chainModel } from "../chain-model.js";
import type { TabularModel } from "../draws.js";
import { explanation } from "../explanation.js";
import { countingKeys, hostCategories, levelsOf, MISSING } from "../levels.js";
import { chainParameters } from "../parameter-count.js";
import { requireRoom } from "../room.js";

const independentConfig = z.strictObject(countingKeys);

/** Models every pixel separately: the simplest baseline. */
export const independent = defineModel({
  id: "independent",
  family: "tabular",
  title: "Independent pixels",
  source: {
    title: "Approximating Discrete Probability Distributions with Dependence Trees",
    authors: "Chow & Liu",
    year: 1968,
    reference: "doi:10.1109/TIT.1968.1054142",
  },
  density: "exact",
  config: independentConfig,
  training: { by: "passes", batchSize: 2000, epochs: 1 },
  build,
});

function build(config: z.output<typeof independentConfig>, data: DataTraits): TabularModel {
  const levels = levelsOf("independent", config, data);
  const n = pixelsPerImage(data);
  const parameters = chainParameters(n, levels, 0);
  requireRoom("independent", parameters, n * levels, "fewer levels");
  const ordering = orderingOf("raster", data);
  const last = `x${subscript(n)}`;
  return chainModel({
    chain: { levels, order: 0, contexts: 1, ordering },
    config,
    data,
    countMissing: (batch) => countGiven(batch, n, levels),
    explain: () =>
      explanation({
        title: "Independent pixels",
        data,
        levels,
        parameters,
        order: "row by row",
        factorisation: [`p(x₁, …, ${last}) = ∏ᵢ p(xᵢ)`],
        independences: [
          `xᵢ ⊥ xⱼ for all i ≠ j: no pixel carries information about another,`,
          "so given pixels do not affect the draws of missing ones",
        ],
        estimation: {
          outcome: "xᵢ = v",
          seen: "N(xᵢ = v)",
          outOf: "N",
          where: "N counts images",
        },
        smoothing: config.smoothing,
      }),
  });
}

/** Counts the pixels that are present: each variable is fitted on the images that have it. */
function countGiven({ count, pixelsUnit, weights }: HostBatch, n: number, levels: number): FitSums {
  const counts = new Float64Array(n * levels);
  hostCategories(pixelsUnit, levels).forEach((value, index) => {
    const [image, variable] = [Math.floor(index / n), index % n];
    if (value !== MISSING) counts[variable * levels + value] += weights[image];
  });
  const weight = weights.subarray(0, count).reduce((sum, each) => sum + each, 0);
  return new Map([
    ["counts", counts],
    ["weight", Float64Array.of(weight)],
    ["outside", Float64Array.of(0)],
  ]);
}
