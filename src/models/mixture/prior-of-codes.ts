import type { Batch, DataTraits } from "../../core/batch.js";
import type { RenderOptions } from "../../core/capability.js";
import { width } from "../../core/config-schema.js";
import type { DrivenPrior, DrivenSample } from "../../core/driven.js";
import type { Afterwards } from "../../core/model.js";
import type { Scope } from "../../nn/scope.js";
import { add, cast } from "../../tensor/ops/elementwise.js";
import { expandDims } from "../../tensor/ops/rearrange.js";
import { logSumExp } from "../../tensor/ops/reduction.js";
import { constant, input, type Tensor } from "../../tensor/tensor.js";
import { drawPoints } from "./draw.js";
import { layOut } from "./layout.js";
import { logDensities } from "./log-density.js";
import { mixtureModel } from "./model.js";
import type { GaussianOptions } from "./options.js";
import { parametersOf } from "./parameters.js";

/** The setting of a model that can have such a prior. */
export const priorComponents = width
  .default(50)
  .describe("Gaussians of the prior (prior=gmm only)");

/** What a mixture is fitted to, and what its draws become. */
interface PriorSetup {
  /** The model's id, for messages. */
  readonly model: string;
  /** Length Z of a code. */
  readonly latent: number;
  readonly components: number;
  /** Codes of training images: [B, Z] */
  codes(scope: Scope, batch: Batch): Tensor;
  /** [N, Z] → [N, C, H, W] in [0, 1] */
  decode(
    scope: Scope,
    codes: Tensor,
    options: RenderOptions & { readonly temperature: Tensor },
  ): Tensor;
}

/** A prior of codes that is fitted to those of the training images when training ends. */
export interface PriorOfCodes {
  readonly afterwards: Afterwards;
  readonly draw: DrivenPrior;
  readonly sample: DrivenSample;
  /** log p(z): [N, Z] → [N] nats */
  logProb(scope: Scope, codes: Tensor): Tensor;
  /** What samples are, as reports say it. */
  readonly sampling: string;
}

const OPTIONS: GaussianOptions = {
  covariance: "full",
  // In units of the codes.
  reg: 1e-6,
  conditional: false,
  scores: "marginal",
  dequantise: false,
  tolerance: 1e-3,
};
const KMEANS_PASSES = 20;

/**
 * A mixture of Gaussians with full covariances, fitted by expectation–maximisation to the codes of
 * the training images.
 *
 * @source Ghosh et al. 2020, From Variational to Deterministic Autoencoders, arXiv:1903.12436,
 *         section 4 (density estimation of the codes after training)
 */
export function mixturePrior(setup: PriorSetup): PriorOfCodes {
  const { model, latent, components, codes, decode } = setup;
  const data: DataTraits = {
    channels: latent,
    height: 1,
    width: 1,
    binary: false,
    levels: null,
    annotations: {},
  };
  const layout = layOut(model, OPTIONS.covariance, components, false, data);
  const draw: DrivenPrior = { drive: (host, request) => drawPoints(host, request, layout) };
  return {
    afterwards: {
      data,
      model: mixtureModel(
        {
          model,
          components,
          options: OPTIONS,
          start: { kind: "k-means++" },
          means: { name: "k-means", maxPasses: KMEANS_PASSES },
          restarts: 1,
        },
        data,
      ),
      trace: (scope, batch) => expandDims(expandDims(codes(scope, batch), 2), 3),
    },
    draw,
    sample: {
      async drive(host, request) {
        const { size, seed, first, temperature } = request;
        const drawn = await draw.drive(host, request);
        const name = `sample.codes.${request.draw ? `draw.${temperature}` : "mean"}`;
        const program = await host.program(name, (scope) => ({
          pixelsUnit: decode(scope, input("codes", ["B", latent]), {
            draw: request.draw,
            temperature: constant(temperature),
          }),
        }));
        const { pixelsUnit } = await program.run({
          state: host.state,
          feeds: { codes: drawn },
          dims: { B: size },
          noise: { seed, first },
        });
        return pixelsUnit as Float32Array;
      },
    },
    logProb(scope, given) {
      const parameters = parametersOf(scope, layout);
      const densities = logDensities(cast(given, "float64"), parameters, layout, 0);
      return cast(logSumExp(add(densities, parameters.logWeights), 1), "float32");
    },
    sampling: `codes of a mixture of ${components} Gaussians that was fitted to the training codes`,
  };
}
