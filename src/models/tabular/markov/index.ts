import type { DataTraits } from "../../../core/batch.js";
import { pixelsPerImage } from "../../../core/batch.js";
import { ConfigError } from "../../../core/errors.js";
import { defineModel } from "../../../core/model.js";

import { orderingOf } from "../../ordering.js";
import { chainModel } from "../chain-model.js";
import type { TabularModel } from "../draws.js";
import { levelsOf } from "../levels.js";
import { chainParameters } from "../parameter-count.js";
import { requireRoom } from "../room.js";
import { type MarkovConfig, markovConfig } from "./config.js";
import { explainChain } from "./explain.js";

/** AR-N: models each pixel given the N before it, with a table of counts per conditional. */
export const markov = defineModel({
  id: "markov",
  family: "tabular",
  title: "Markov chain of pixels (AR-N)",
  source: {
    title: "A Mathematical Theory of Communication",
    authors: "Shannon",
    year: 1948,
    reference: "doi:10.1002/j.1538-7305.1948.tb01338.x",
  },
  density: "exact",
  config: markovConfig,
  training: { by: "passes", batchSize: 2000, epochs: 1 },
  build,
});

function build(config: MarkovConfig, data: DataTraits): TabularModel {
  const { order, ordering, orderingSeed } = config;
  const levels = levelsOf("markov", config, data);
  const n = pixelsPerImage(data);
  if (order >= n) {
    throw new ConfigError(
      `markov: the last of ${n} pixels has ${n - 1} before it, so the order is at most ${n - 1}, not ${order}`,
    );
  }
  const parameters = chainParameters(n, levels, order);
  const entries = n * levels ** (order + 1);
  requireRoom("markov", parameters, entries, "a lower order, or fewer levels");
  const chain = {
    levels,
    order,
    contexts: levels ** order,
    ordering: orderingOf(ordering, data, orderingSeed),
  };
  return chainModel({
    chain,
    config,
    data,
    explain: () => explainChain(chain, config, data, parameters),
  });
}
