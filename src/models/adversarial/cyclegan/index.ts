import type { DataTraits } from "../../../core/batch.js";
import { ConfigError } from "../../../core/errors.js";
import { defineModel, type Model } from "../../../core/model.js";
import type { Scope } from "../../../nn/scope.js";
import { stack } from "../../../tensor/ops/rearrange.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { signed, unit } from "../game/views.js";
import { requireJudgeable } from "../translation/patch-features.js";
import { requireTranslatable } from "../translation/residual-generator.js";
import { type CycleganConfig, cycleganConfig } from "./config.js";
import { explainCycle } from "./explain.js";
import { cycleNetworks } from "./networks.js";
import { cycleSteps } from "./steps.js";

/** Two generators between two domains of images of which no pairs are known. */
export const cyclegan = defineModel({
  id: "cyclegan",
  family: "adversarial",
  title: "Cycle-consistent adversarial networks",
  source: {
    title: "Unpaired Image-to-Image Translation using Cycle-Consistent Adversarial Networks",
    authors: "Zhu et al.",
    year: 2017,
    reference: "arXiv:1703.10593",
  },
  density: "none",
  config: cycleganConfig,
  training: {
    by: "gradients",
    optimizer: "adam",
    betas: [0.5, 0.999],
    learningRate: 2e-4,
    batchSize: 16,
    ema: 0.999,
  },
  example: {
    channels: 1,
    height: 8,
    width: 8,
    binary: false,
    levels: 17,
    annotations: { class: { names: ["first", "second"] } },
  },
  build,
});

function build(config: CycleganConfig, data: DataTraits): Model {
  const domains = twoDomains(data);
  requireTranslatable("cyclegan", config, data);
  requireJudgeable("cyclegan", { channels: config.patches, normalise: true }, data);
  const networks = cycleNetworks(config);
  const translated = (scope: Scope, pixelsUnit: Tensor, domain: number) =>
    unit(networks.translate(scope, signed(pixelsUnit), domain));
  return {
    balanced: true,
    explain: () => explainCycle(networks, config, data, domains),
    steps: cycleSteps(networks, config),
    preview: {
      trace(scope, { pixelsUnit }) {
        const ways = [0, 1].flatMap((domain) => {
          const there = translated(scope, pixelsUnit, domain);
          return [there, translated(scope, there, 1 - domain)];
        });
        return stack([pixelsUnit, ...ways], 1);
      },
    },
    capabilities: { translate: { by: "network", domains, trace: translated } },
  };
}

/** @throws ConfigError unless the classes of the images are two domains */
function twoDomains({ annotations }: DataTraits): readonly string[] {
  const names = annotations.class?.names ?? [];
  if (names.length === 2) return names;
  const found =
    names.length === 0 ? "these images have no classes" : `these images have ${names.length}`;
  throw new ConfigError(
    `cyclegan translates between two domains, but ${found}; give two data sets, such as --data mnist,digits, or a folder with two subfolders`,
  );
}
