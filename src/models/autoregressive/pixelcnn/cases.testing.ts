import { numberedClasses } from "../../../core/annotations.js";
import type { DataTraits } from "../../../core/batch.js";
import type { TracedScore } from "../../../core/capability.js";
import { reshape, transpose } from "../../../tensor/ops/rearrange.js";
import type { Build } from "../dependency.testing.js";
import type { WholeNetwork } from "../naive.testing.js";
import type { PixelcnnConfig } from "./config.js";
import { pixelcnn } from "./index.js";
import { type Network, pixelParameters } from "./network.js";
import { networkOf } from "./setup.js";

/** Explicit settings; the others have their defaults. */
export type Given = Readonly<Record<string, unknown>>;

export const binaryImages = (height: number, width: number, classes = 0): DataTraits => ({
  channels: 1,
  height,
  width,
  binary: true,
  levels: 2,
  annotations: numberedClasses(classes),
});

export const colourImages = (height: number, width: number, levels: number): DataTraits => ({
  channels: 3,
  height,
  width,
  binary: levels === 2,
  levels,
  annotations: {},
});

export const configOf = (given: Given): PixelcnnConfig =>
  pixelcnn.config.parse(given) as PixelcnnConfig;

/** The network's outputs for each variable, in the order of the images' elements: [B, C · H · W, K]. */
export function perVariable(given: Given, data: DataTraits): Build {
  const network = networkOf(configOf(given), data);
  const { head } = network;
  const area = data.height * data.width;
  return (scope, { pixelsUnit, annotations }) => {
    const embedded = head.embed(pixelsUnit);
    const maps = pixelParameters(scope.child("network"), network, embedded, annotations);
    const each = head.outputs / head.groups;
    const runs = reshape(maps, [maps.shape[0], head.groups, each, area]);
    return reshape(transpose(runs, [0, 1, 3, 2]), [maps.shape[0], head.groups * area, each]);
  };
}

/** The score, [B] nats. */
export const nats =
  (given: Given, data: DataTraits): Build =>
  (scope, batch) =>
    (pixelcnn.build(configOf(given), data).capabilities.score as TracedScore).trace(
      scope,
      batch,
      1,
    );

/** The network over whole images. */
export function wholeNetwork(network: Network): WholeNetwork {
  const { head, image } = network;
  return {
    head,
    image,
    parametersOf: (scope, embedded, annotations) =>
      pixelParameters(scope, network, embedded, annotations),
  };
}
