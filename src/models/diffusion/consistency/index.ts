import type { AnnotationTensors } from "../../../core/annotations.js";
import type { Batch, DataTraits } from "../../../core/batch.js";
import { ConfigError } from "../../../core/errors.js";
import { defineModel, type Model, type Part, type Parts } from "../../../core/model.js";
import type { Scope } from "../../../nn/scope.js";
import { mean } from "../../../tensor/ops/reduction.js";
import { explanationOf, learnedBy } from "../../explanation.js";
import { formatCount } from "../../typography.js";
import { ddpm } from "../ddpm/index.js";
import { requireSameConditions } from "./conditions.js";
import { type ConsistencyConfig, consistencyConfig } from "./config.js";
import { consistencyLoss } from "./loss.js";
import type { TracedDenoise } from "./path.js";
import { consistencySample, visitedLevels } from "./sample.js";

/** A diffusion model distilled to a network that takes noise to an image in one step or a few. */
export const consistency = defineModel({
  id: "consistency",
  family: "diffusion",
  title: "Consistency distillation",
  source: {
    title: "Consistency Models",
    authors: "Song, Dhariwal, Chen & Sutskever",
    year: 2023,
    reference: "arXiv:2303.01469",
  },
  density: "none",
  config: consistencyConfig,
  training: {
    by: "gradients",
    optimizer: "adam",
    learningRate: 3e-4,
    batchSize: 128,
    clipNorm: 1,
    ema: 0.99,
  },
  example: { channels: 1, height: 8, width: 8, binary: false, levels: 17, annotations: {} },
  parts: {
    teacher: {
      description: "a diffusion run, such as a ddpm, whose path from noise to images is learned",
      capabilities: ["denoise"],
      example: ddpm,
    },
    student: {
      description:
        "the run that the student starts from, best the teacher's; without it the teacher's network starts afresh",
      capabilities: ["denoise"],
      optional: true,
    },
  },
  build,
});

function build(config: ConsistencyConfig, data: DataTraits, parts: Parts = {}): Model {
  const { teacher, student = teacher } = parts;
  if (config.least >= config.most) {
    throw new ConfigError(
      `consistency: least must be below most, but ${config.least} is not below ${config.most}`,
    );
  }
  const { conditionedOn } = teacher.model;
  requireSameConditions({ teacher, student }, data);
  const denoiser = (name: "teacher" | "student", part: Part) => {
    const denoise = part.model.capabilities.denoise;
    if (typeof denoise !== "object") {
      throw new ConfigError(
        `consistency: the ${name} ${part.definition.id} does not take a noise level; give a diffusion run`,
      );
    }
    return (scope: Scope, annotations: AnnotationTensors): TracedDenoise =>
      (z, sigma) =>
        denoise.trace(scope, z, sigma, annotations);
  };
  const [teach, learn] = [denoiser("teacher", teacher), denoiser("student", student)];
  const loss = (scope: Scope, batch: Batch) => {
    const { annotations } = batch;
    const own = scope.child("student");
    return consistencyLoss(
      scope.child("distillation"),
      batch,
      {
        teacher: teach(scope.child("teacher").frozen(), annotations),
        student: learn(own, annotations),
        target: learn(own.again("target").frozen(), annotations),
      },
      config,
    );
  };
  const forward = (scope: Scope, { pixelsUnit, annotations }: Batch) =>
    learn(scope.child("student"), annotations)(pixelsUnit, mean(pixelsUnit, [1, 2, 3]));
  return {
    ...(conditionedOn && { conditionedOn }),
    steps: [
      {
        name: "distillation",
        trains: ["student"],
        objective: (scope, batch) => ({ loss: loss(scope, batch), metrics: {} }),
      },
    ],
    validate: { metric: "consistencyLoss", better: "lower", trace: loss },
    explain: () => explain(config, teacher, learnedBy(forward, data)),
    capabilities: {
      sample: (scope, count, { temperature, annotations }) =>
        consistencySample(
          scope.child("sample"),
          count,
          { temperature },
          learn(scope.child("student"), annotations),
          data,
          config,
        ),
    },
  };
}

/** Explains what is learned, how images are drawn, and the parameters. */
function explain(config: ConsistencyConfig, teacher: Part, parameters: number): string {
  const visited = visitedLevels(config).map((level) => level.toPrecision(3));
  return explanationOf({
    Factorisation: ["none: images are a function of noise"],
    Learned: [
      `f(z; σ), the image where the path of the teacher's (${teacher.definition.id}) probability-flow ODE through z ends`,
      `the same image at neighbouring ones of ${config.levels} noise levels from ${config.least} to ${config.most}`,
    ],
    "Conditional independence": ["none: all pixels follow from all of the noise"],
    Sampling: [`f at the noise levels ${visited.join(", ")}, with fresh noise at each`],
    Parameters: [`network ${formatCount(BigInt(parameters))}`],
  });
}
