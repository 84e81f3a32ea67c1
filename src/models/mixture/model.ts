import { requireAnnotation } from "../../core/annotations.js";
import type { DataTraits } from "../../core/batch.js";
import { ConfigError } from "../../core/errors.js";
import type { Fit, FitStage } from "../../core/fit.js";
import type { Model } from "../../core/model.js";
import type { Scope } from "../../nn/scope.js";
import { add, neg, sub } from "../../tensor/ops/elementwise.js";
import { gather } from "../../tensor/ops/indexing.js";
import { reshape } from "../../tensor/ops/rearrange.js";
import { logSumExp } from "../../tensor/ops/reduction.js";
import type { Tensor } from "../../tensor/tensor.js";
import { completeImages, drawImages } from "./draw.js";
import { explain } from "./explain.js";
import { freeParameters, type Layout, layOut } from "./layout.js";
import { logDensities } from "./log-density.js";
import { missingScores } from "./missing.js";
import type { GaussianOptions } from "./options.js";
import { emptyBlocks, parametersOf, writeParameters } from "./parameters.js";
import { classLogPriors, covarianceStage, emStage, kMeansStage } from "./stages.js";
import { requireMeans, type Start, startOf } from "./start.js";
import { classLogProbs, jointLogProbs, rowsOf } from "./statistics.js";

/** Sets up a mixture of Gaussians; a single Gaussian is a mixture of one component. */
export interface MixtureSetup {
  /** The model's id, for messages. */
  readonly model: string;
  /** Number of components per class. */
  readonly components: number;
  readonly options: GaussianOptions;
  readonly start: Start;
  /** The stage that improves the initial means, and its number of passes; undefined for none. */
  readonly means: { readonly name: string; readonly maxPasses: number } | undefined;
  readonly restarts: number;
}

/** @throws ConfigError when the configuration does not suit the data */
export function mixtureModel(setup: MixtureSetup, data: DataTraits): Model {
  const { model, options, start } = setup;
  const { conditional, dequantise, covariance, scores } = options;
  const layout = layOut(model, covariance, setup.components, conditional, data);
  if (start.kind === "given") requireMeans(model, start.means, layout);
  if (dequantise && data.levels === null) {
    throw new ConfigError(
      `${model}: dequantise=true needs pixels with equally spaced values, such as 8-bit images, but these are real numbers`,
    );
  }
  if (scores === "class" && !conditional) {
    throw new ConfigError(`${model}: scores=class needs conditional=true`);
  }
  const cell = dequantise && data.levels !== null ? 1 / (data.levels - 1) : 0;
  const noise = cell ** 2 / 12;
  const given = scores === "class";
  return {
    steps: [],
    fit: fitOf(setup, layout, data, noise),
    ...(conditional && { conditionedOn: ["class"] }),
    capabilities: {
      sample: { drive: (host, request) => drawImages(host, request, layout) },
      score: {
        maxSamples: 1,
        kind: () => (dequantise ? "bound" : "exact"),
        estimator: () => describeScore(options, cell),
        trace(scope, batch) {
          const parameters = parametersOf(scope, layout);
          const cells = dequantise ? layout.length * Math.log(cell) : 0;
          if (!given) {
            const densities = logDensities(rowsOf(batch), parameters, layout, noise);
            return sub(-cells, logSumExp(add(densities, parameters.logWeights), 1));
          }
          const each = layout.components / layout.classes;
          const priors = logSumExp(reshape(parameters.logWeights, [layout.classes, each]), 1);
          const joint = logSumExp(jointLogProbs(batch, parameters, layout, noise), 1);
          return add(
            neg(joint),
            sub(gather(priors, requireAnnotation(batch.annotations, "class")), cells),
          );
        },
        ...(!dequantise && {
          missing: (host, batch) =>
            missingScores(host, batch, layout, ({ logWeights }) =>
              given ? classLogPriors(logWeights, layout) : undefined,
            ),
        }),
        prepare: async () => ({ feeds: {}, protocol: { freeParameters: freeParameters(layout) } }),
      },
      ...(conditional && {
        classify: (scope: Scope, pixelsUnit: Tensor) =>
          classLogProbs(scope, pixelsUnit, layout, noise),
      }),
      complete: { drive: (host, request) => completeImages(host, request, layout) },
    },
    explain: () => explain(layout, options),
  };
}

function fitOf(
  { options, start, means, restarts }: MixtureSetup,
  layout: Layout,
  data: DataTraits,
  noise: number,
): Fit {
  const { reg, tolerance } = options;
  const stage = { layout, data, reg, noise, tolerance };
  const first: FitStage[] = means ? [kMeansStage(stage, means.name, means.maxPasses)] : [];
  return {
    restarts,
    freeParameters: freeParameters(layout),
    async initialise(images, context) {
      const begin = await startOf(images, layout, start, context);
      const std = Math.sqrt(Math.max(begin.variance, reg, Number.EPSILON));
      return writeParameters(
        {
          logWeights: new Float64Array(layout.components).fill(-Math.log(layout.components)),
          means: begin.means,
          ...roundSpread(layout, 1 / std),
        },
        layout,
      );
    },
    stages: [...first, covarianceStage(stage), emStage(stage)],
  };
}

/** Equal spherical covariances, under which the likeliest component is the one with the nearest mean. */
function roundSpread(layout: Layout, scale: number) {
  const { components, length, matrices, covariance } = layout;
  const whitening = emptyBlocks(layout);
  layout.blocks.forEach(({ start, end }, block) => {
    for (let row = 0; row < matrices * (end - start); row++) {
      whitening[block][row * end + start + (row % (end - start))] = scale;
    }
  });
  const widths = covariance === "spherical" ? components : components * length;
  const inverseStd = matrices > 0 ? undefined : new Float64Array(widths).fill(scale);
  return { whitening, inverseStd };
}

function describeScore(options: GaussianOptions, cell: number): string {
  const { reg, scores, conditional, dequantise } = options;
  const what = scores === "class" ? "p(image | its label)" : "p(image)";
  const over = conditional && scores === "marginal" ? ", summed over the classes" : "";
  const unit = dequantise
    ? `bound on the probability of pixels in steps of 1/${Math.round(1 / cell)}: the mean log-density over each pixel's cell, in closed form`
    : "density of pixels in [0, 1], not a probability: it grows without limit as reg and the pixels' steps shrink";
  return `−log ${what} of Gaussians${over}; ${unit}; reg ${reg}`;
}
