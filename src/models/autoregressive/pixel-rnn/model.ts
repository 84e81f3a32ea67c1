import type { Batch, DataTraits } from "../../../core/batch.js";
import type { Model } from "../../../core/model.js";
import type { Scope } from "../../../nn/scope.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { learnedBy } from "../../explanation.js";
import { explain } from "../explain.js";
import { rasterModelOf } from "../settings.js";
import type { PixelRnnConfig } from "./config.js";
import { drawImages } from "./draw.js";
import { type Network, pixelParameters } from "./network.js";
import type { Recurrence } from "./programs.js";

/**
 * The network of a configuration for this data.
 *
 * @throws ConfigError when settings contradict each other or the images
 */
export function networkFor(id: string, config: PixelRnnConfig, data: DataTraits): Network {
  const { channels, height, width } = data;
  const rasterModel = rasterModelOf(id, config, data, { hidden: config.hidden });
  return { config, channels, height, width, ...rasterModel };
}

/** Builds a model from a kind of PixelRNN. */
export function pixelRnn<N extends Network>(
  network: N,
  recurrence: Recurrence<N>,
  data: DataTraits,
): Model {
  const { config, head } = network;
  const nll = (scope: Scope, { pixelsUnit, annotations }: Batch): Tensor => {
    const embedded = head.embed(pixelsUnit);
    const place = scope.child("network");
    const parameters = pixelParameters(
      place,
      network,
      recurrence.overImages,
      embedded,
      annotations,
    );
    return head.nll(parameters, pixelsUnit);
  };
  return {
    ...(config.conditional && { conditionedOn: ["class"] }),
    steps: [
      {
        name: "nll",
        trains: ["network"],
        objective: (scope, batch) => ({ loss: nll(scope, batch), metrics: {} }),
      },
    ],
    explain: () => explain(data, network, recurrence.context, learnedBy(nll, data)),
    capabilities: {
      sample: { drive: (host, request) => drawImages(host, network, recurrence, request) },
      complete: {
        drive: (host, request) => drawImages(host, network, recurrence, request, request),
      },
      score: {
        maxSamples: 1,
        kind: () => "exact",
        estimator: () => `exact; ${head.describes}`,
        trace: (scope, batch) => nll(scope, batch),
      },
    },
  };
}
