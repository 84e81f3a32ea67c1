import type { DataTraits } from "../../../core/batch.js";
import type { DrivenSample } from "../../../core/driven.js";
import type { Afterwards } from "../../../core/model.js";
import { expandDims } from "../../../tensor/ops/rearrange.js";
import { input } from "../../../tensor/tensor.js";
import { drawPoints } from "../../mixture/draw.js";
import { layOut } from "../../mixture/layout.js";
import { mixtureModel } from "../../mixture/model.js";
import type { Autoencoder } from "../autoencoder.js";

/** A prior of the codes, which makes an autoencoder generative. */
interface MixturePrior {
  readonly afterwards: Afterwards;
  readonly sample: DrivenSample;
  /** What samples are, as reports say it. */
  readonly sampling: string;
}

/** Added to every variance of a component, in units of the codes. */
const REG = 1e-6;
const KMEANS_PASSES = 20;

/**
 * A mixture of Gaussians with full covariances, fitted by expectation–maximisation to the codes of
 * the training images.
 *
 * @source Ghosh et al. 2020, From Variational to Deterministic Autoencoders, arXiv:1903.12436,
 *         section 4 (density estimation of the codes after training)
 */
export function mixturePrior(autoencoder: Autoencoder, components: number): MixturePrior {
  const { latent, encode, decode } = autoencoder;
  const data: DataTraits = {
    channels: latent,
    height: 1,
    width: 1,
    binary: false,
    levels: null,
    annotations: {},
  };
  const model = mixtureModel(
    {
      model: "ae",
      components,
      options: {
        covariance: "full",
        reg: REG,
        conditional: false,
        scores: "marginal",
        dequantise: false,
        tolerance: 1e-3,
      },
      start: { kind: "k-means++" },
      means: { name: "k-means", maxPasses: KMEANS_PASSES },
      restarts: 1,
    },
    data,
  );
  const layout = layOut("ae", "full", components, false, data);
  return {
    afterwards: {
      data,
      model,
      trace: (scope, { pixelsUnit }) => expandDims(expandDims(encode(scope, pixelsUnit), 2), 3),
    },
    sample: {
      async drive(host, request) {
        const codes = await drawPoints(host, request, layout);
        const program = await host.program("sample.codes", (scope) => ({
          pixelsUnit: decode(scope, input("codes", ["B", latent])),
        }));
        const dims = { B: request.size };
        const { pixelsUnit } = await program.run({ state: host.state, feeds: { codes }, dims });
        return pixelsUnit as Float32Array;
      },
    },
    sampling: `codes of a mixture of ${components} Gaussians that was fitted to the training codes`,
  };
}
