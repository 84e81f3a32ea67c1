import type { DataTraits } from "../../../../core/batch.js";
import { ConfigError } from "../../../../core/errors.js";
import { levelsOf } from "../../../tabular/levels.js";
import type { HmmConfig } from "../config.js";
import { bernoulliEmission } from "./bernoulli.js";
import { discreteEmission } from "./discrete.js";
import type { Emission } from "./emission.js";
import { fullGaussian } from "./full-gaussian.js";
import { diagonalGaussian } from "./gaussian.js";

/**
 * The emissions of a configuration.
 *
 * @param states  of all classes together
 * @param width   number of values in an observation
 * @throws ConfigError when the emissions cannot produce the data's values
 */
export function emissionOf(
  config: HmmConfig,
  data: DataTraits,
  states: number,
  width: number,
): Emission {
  const shape = { states, width };
  const { smoothing, varianceFloor } = config;
  switch (kindOf(config, data)) {
    case "bernoulli":
      if (data.binary) return bernoulliEmission(shape, smoothing);
      throw new ConfigError(
        "hmm: bernoulli emissions need binary pixels: binarise the images, or choose discrete or gaussian emissions",
      );
    case "discrete":
      return discreteEmission(shape, levelsOf("hmm", config, data), smoothing, data);
    case "gaussian":
      return config.covariance === "full"
        ? fullGaussian(shape, varianceFloor)
        : diagonalGaussian(shape, varianceFloor);
  }
}

function kindOf({ emission }: HmmConfig, { binary }: DataTraits) {
  if (emission !== "auto") return emission;
  return binary ? "bernoulli" : "gaussian";
}

export type { Emission };
