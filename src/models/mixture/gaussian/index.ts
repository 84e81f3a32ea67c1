import { defineModel } from "../../../core/model.js";
import { mixtureModel } from "../model.js";
import { gaussianConfig } from "./config.js";

/** A multivariate Gaussian over the pixels, or one per class. */
export const gaussian = defineModel({
  id: "gaussian",
  family: "mixture",
  title: "Multivariate Gaussian",
  source: {
    title: "An Introduction to Multivariate Statistical Analysis",
    authors: "Anderson",
    year: 1958,
    reference: "ISBN 978-0-471-36091-9",
  },
  density: "exact",
  config: gaussianConfig,
  training: { by: "passes", batchSize: 1000, epochs: 100 },
  build: (options, data) =>
    mixtureModel(
      {
        model: "gaussian",
        components: 1,
        options,
        start: { kind: "random" },
        means: { name: "mean", maxPasses: 1 },
        restarts: 1,
      },
      data,
    ),
});
