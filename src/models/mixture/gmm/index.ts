import { ConfigError } from "../../../core/errors.js";
import { defineModel } from "../../../core/model.js";
import { mixtureModel } from "../model.js";
import type { Start } from "../start.js";
import { gmmConfig } from "./config.js";

const KMEANS_PASSES = 100;

/** A mixture of Gaussians, fitted by expectation–maximisation. */
export const gmm = defineModel({
  id: "gmm",
  family: "mixture",
  title: "Mixture of Gaussians",
  source: {
    title: "Maximum Likelihood from Incomplete Data via the EM Algorithm",
    authors: "Dempster, Laird & Rubin",
    year: 1977,
    reference: "doi:10.1111/j.2517-6161.1977.tb01600.x",
  },
  density: "exact",
  config: gmmConfig,
  training: { by: "passes", batchSize: 2000, epochs: 100 },
  build({ components, init, means, restarts, ...options }, data) {
    if (means.length > 0 && init !== "given") {
      throw new ConfigError(`gmm: means require init=given, not init=${init}`);
    }
    return mixtureModel(
      {
        model: "gmm",
        components,
        options,
        start: startOf(init, means),
        means: init === "k-means" ? { name: "k-means", maxPasses: KMEANS_PASSES } : undefined,
        restarts,
      },
      data,
    );
  },
});

function startOf(init: "k-means" | "k-means++" | "random" | "given", means: number[]): Start {
  if (init === "given") return { kind: "given", means };
  return { kind: init === "random" ? "random" : "k-means++" };
}
