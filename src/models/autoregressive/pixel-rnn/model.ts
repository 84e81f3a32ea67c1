import type { Batch, DataTraits, Model } from "../../../core/model.js";
import { batchInputs } from "../../../core/state.js";
import { type Scope, trace, Variables } from "../../../nn/scope.js";
import { elementCount } from "../../../tensor/shape.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { subjectOf } from "../settings.js";
import type { PixelRnnConfig } from "./config.js";
import { drawImages } from "./draw.js";
import { explain } from "./explain.js";
import { type Network, pixelParameters } from "./network.js";
import type { Recurrence } from "./programs.js";

/**
 * The network that a configuration asks for, for data of this kind.
 *
 * @throws ConfigError where settings do not go together, or not with the images
 */
export function networkFor(id: string, config: PixelRnnConfig, data: DataTraits): Network {
  const { channels, height, width } = data;
  const subject = subjectOf(id, config, data, { hidden: config.hidden });
  return { config, channels, height, width, ...subject };
}

/** A PixelRNN as a model. */
export function pixelRnn<N extends Network>(
  network: N,
  recurrence: Recurrence<N>,
  data: DataTraits,
): Model {
  const { config, head } = network;
  const nll = (scope: Scope, { pixelsUnit, labels }: Batch): Tensor => {
    const embedded = head.embed(pixelsUnit);
    const place = scope.child("network");
    const parameters = pixelParameters(place, network, recurrence.overImages, embedded, labels);
    return head.nll(parameters, pixelsUnit);
  };
  return {
    conditional: config.conditional,
    steps: [
      {
        name: "nll",
        repeat: 1,
        trains: ["network"],
        objective: (scope, batch) => ({ loss: nll(scope, batch), metrics: {} }),
      },
    ],
    explain: () => explain(network, recurrence.context, learned(nll, data)),
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

/** How many numbers a loss depends on. */
function learned(nll: (scope: Scope, batch: Batch) => Tensor, data: DataTraits): number {
  const variables = new Variables();
  trace(variables, false, (scope) => nll(scope, batchInputs(data)));
  return variables.list().reduce((sum, { shape }) => sum + elementCount(shape), 0);
}
