import { ConfigError } from "../../../core/errors.js";
import type { Batch, DataTraits, Model } from "../../../core/model.js";
import type { Scope } from "../../../nn/scope.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { headFor } from "../heads/index.js";
import type { PixelRnnConfig } from "./config.js";
import { type Network, pixelParameters, type RecurrentLayer } from "./network.js";

/** What a PixelRNN is made of. */
export interface PixelRnn<N extends Network> {
  /** The model's name, for messages. */
  readonly id: string;
  readonly network: N;
  readonly recurrent: RecurrentLayer<N>;
}

/**
 * The network that a configuration asks for, for data of this kind.
 *
 * @throws ConfigError where settings do not go together, or not with the images
 */
export function networkFor(id: string, config: PixelRnnConfig, data: DataTraits): Network {
  const head = headFor(id, config, data);
  if (config.firstKernel % 2 === 0) throw evenWindow(id, "firstKernel", config.firstKernel);
  for (const key of ["hidden", "outputFeatures"] as const) {
    if (config[key] % head.groups !== 0) {
      throw new ConfigError(
        `${id}: ${key}=${config[key]} cannot be shared out among ${head.groups} channels; name a multiple of ${head.groups}`,
      );
    }
  }
  if (config.conditional && data.classes === 0) {
    throw new ConfigError(
      `${id}: conditional=true needs labelled images, and these have no labels`,
    );
  }
  const { channels, height, width } = data;
  const classes = config.conditional ? data.classes : 0;
  return { config, head, channels, height, width, classes };
}

/** What to say of a window without a centre. */
export function evenWindow(id: string, key: string, value: number): ConfigError {
  return new ConfigError(`${id}: ${key}=${value} has no centre; name an odd number`);
}

/** A PixelRNN as a model. */
export function pixelRnn<N extends Network>({ network, recurrent }: PixelRnn<N>): Model {
  const { config, head } = network;
  const nll = (scope: Scope, { pixelsUnit, labels }: Batch): Tensor => {
    const embedded = head.embed(pixelsUnit);
    const place = scope.child("network");
    const parameters = pixelParameters(place, network, recurrent, embedded, labels);
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
    capabilities: {
      score: {
        maxSamples: 1,
        kind: () => "exact",
        estimator: () => `exact; ${head.describes}`,
        trace: (scope, batch) => nll(scope, batch),
      },
    },
  };
}
