import type { Phase } from "../../../core/steps.js";
import { corrupt } from "../../../nn/index.js";
import type { Scope } from "../../../nn/scope.js";
import { square, stopGradient, sub } from "../../../tensor/ops/elementwise.js";
import { flatten } from "../../../tensor/ops/rearrange.js";
import { sum } from "../../../tensor/ops/reduction.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { DECODER, ENCODER, type Network } from "../network.js";
import type { Output } from "../output.js";

interface PretrainingSetup {
  readonly network: Network;
  readonly output: Output;
  /** Share of the whole training, divided evenly among the layers. */
  readonly share: number;
  /** Share of a hidden layer's values that are set to 0. */
  readonly masking: number;
  /** Damages images. */
  corruptImages(scope: Scope, pixelsUnit: Tensor): Tensor;
}

/**
 * One phase a layer: each learns to rebuild what the layers below it give from a corrupted copy of that.
 * Its mirror becomes a layer of the decoder. Hidden values are rebuilt by a linear layer, with the squared
 * error.
 *
 * @source Vincent et al. 2010, Stacked Denoising Autoencoders, JMLR 11:3371, section 3.4
 */
export function pretrainingPhases(setup: PretrainingSetup): Phase[] {
  const { network, output, share, masking, corruptImages } = setup;
  const { layers, activate } = network;
  return layers.map((layer, at) => ({
    name: `pretrain-${layer.name}`,
    share: share / layers.length,
    steps: [
      {
        name: `pretrain-${layer.name}`,
        trains: [ENCODER, DECODER],
        objective(scope, { pixelsUnit }) {
          const below = at === 0 ? pixelsUnit : stopGradient(upTo(network, at, scope, pixelsUnit));
          const damaged =
            at === 0
              ? corruptImages(scope, below)
              : masking > 0
                ? corrupt(scope, below, { kind: "masking", level: masking })
                : below;
          const h = layer.encode(scope.child(ENCODER).child(layer.name), damaged);
          const code = at === layers.length - 1 ? h : activate(h);
          const raw = layer.decode(scope.child(DECODER).child(layer.name), code);
          const loss = at === 0 ? output.loss(raw, pixelsUnit) : distance(raw, below);
          return { loss, metrics: {} };
        },
      },
    ],
  }));
}

/** What the first `count` layers give. */
const upTo = ({ layers, activate }: Network, count: number, root: Scope, pixelsUnit: Tensor) =>
  layers
    .slice(0, count)
    .reduce(
      (h, layer) => activate(layer.encode(root.child(ENCODER).child(layer.name), h)),
      pixelsUnit,
    );

/** Squared distance of each item of a batch: [B] */
const distance = (a: Tensor, b: Tensor): Tensor => sum(square(sub(flatten(a), flatten(b))), 1);
