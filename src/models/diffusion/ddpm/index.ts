import type { AnnotationName } from "../../../core/annotations.js";
import type { DataTraits } from "../../../core/batch.js";
import { ConfigError } from "../../../core/errors.js";
import { defineModel, type Model } from "../../../core/model.js";
import { mean } from "../../../tensor/ops/reduction.js";
import { learnedBy } from "../../explanation.js";
import { augmented } from "../augmentation.js";
import { scheduleOf } from "../schedules/index.js";
import { drivenChain } from "./chain.js";
import { noiseCodes } from "./codes.js";
import { drivenComplete } from "./complete.js";
import { conditionOf } from "./condition.js";
import { type DdpmConfig, ddpmConfig } from "./config.js";
import { denoised, predict } from "./denoiser.js";
import { type Design, designOf } from "./design.js";
import { explain } from "./explain.js";
import { denoisingLoss } from "./loss.js";
import { drivenSample } from "./sample.js";
import { diffusionScore } from "./score.js";

/** A denoiser of every noise level, from which samplers and a bound on the density follow. */
export const ddpm = defineModel({
  id: "ddpm",
  family: "diffusion",
  title: "Denoising diffusion",
  source: {
    title: "Denoising Diffusion Probabilistic Models",
    authors: "Ho, Jain & Abbeel",
    year: 2020,
    reference: "arXiv:2006.11239",
  },
  density: "bound",
  config: ddpmConfig,
  training: {
    by: "gradients",
    optimizer: "adam",
    learningRate: 1e-3,
    batchSize: 128,
    clipNorm: 1,
    ema: 0.999,
  },
  example: { channels: 1, height: 8, width: 8, binary: false, levels: 17, annotations: {} },
  build,
});

function build(config: DdpmConfig, data: DataTraits): Model {
  requireFit(config, data);
  const design = designOf(config, data);
  const schedule = scheduleOf(config);
  const drawing = { design, schedule, traits: data.annotations };
  const learned = { schedule, design, levels: data.levels };
  const conditionedOn: AnnotationName[] = [
    ...(config.conditional ? (["class"] as const) : []),
    ...(config.captioned ? (["caption"] as const) : []),
  ];
  return {
    ...(conditionedOn.length > 0 && { conditionedOn }),
    steps: [
      {
        name: "denoising",
        trains: ["network"],
        objective: (scope, batch) => denoisingLoss(scope, batch, learned),
      },
    ],
    explain: () => explain(config, data, schedule, parametersOf(design, data)),
    validate: {
      metric: "denoisingLoss",
      better: "lower",
      trace: (scope, batch) => denoisingLoss(scope, batch, learned).loss,
    },
    capabilities: {
      sample: drivenSample(drawing),
      score: diffusionScore(design, schedule, data),
      complete: drivenComplete(drawing),
      chain: drivenChain(drawing),
      ...noiseCodes(drawing),
      denoise: {
        trace: (scope, noisy, sigma, annotations) =>
          denoised(scope, noisy, sigma, annotations, design).image,
      },
    },
  };
}

/** Number of learned parameters, with those that read how training changed an image. */
const parametersOf = (design: Design, data: DataTraits): number =>
  learnedBy((scope, { pixelsUnit, annotations }) => {
    const { augmentation } = design.config;
    const condition = {
      ...conditionOf(annotations, design),
      ...(augmentation > 0 && { changes: augmented(scope, pixelsUnit, augmentation).changes }),
    };
    const sigma = mean(pixelsUnit, [1, 2, 3]);
    return predict(scope, pixelsUnit, sigma, condition, design).prediction;
  }, data);

/** @throws ConfigError when the settings do not fit together, or not the images */
function requireFit(config: DdpmConfig, { height, width }: DataTraits): void {
  const { network, patch, multipliers, attention } = config;
  const { schedule, prediction, zeroTerminalSnr, variance } = config;
  const halvings = network === "unet" ? multipliers.length - 1 : 0;
  const unit = patch * 2 ** halvings;
  if (height % unit !== 0 || width % unit !== 0) {
    const levels = network === "unet" ? ` and ${multipliers.length} levels need` : " needs";
    const fewer = network === "unet" ? " or list fewer multipliers" : "";
    throw new ConfigError(
      `ddpm: a patch of ${patch}${levels} height and width to be multiples of ${unit}, but the images are ${height}×${width}; lower patch${fewer}`,
    );
  }
  if (variance === "learned" && (schedule === "edm" || schedule === "flow")) {
    throw new ConfigError(
      `ddpm: variance=learned needs a schedule that trains at its steps, linear or cosine, not ${schedule}`,
    );
  }
  const missing = network === "unet" && attention.find((level) => level > multipliers.length);
  if (missing) {
    throw new ConfigError(
      `ddpm: attention names level ${missing}, but multipliers lists only ${multipliers.length}`,
    );
  }
  if (schedule === "edm" && zeroTerminalSnr) {
    throw new ConfigError(
      "ddpm: zeroTerminalSnr rescales the linear and cosine schedules, not edm",
    );
  }
  if (prediction === "eps" && (zeroTerminalSnr || schedule === "flow")) {
    throw new ConfigError(
      "ddpm: the schedule ends in noise alone, where eps says nothing about the image; predict v, x0 or flow",
    );
  }
}
