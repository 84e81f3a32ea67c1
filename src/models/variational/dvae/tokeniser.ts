import type { DataTraits } from "../../../core/batch.js";
import type { Side } from "../../../nn/index.js";
import type { Scope } from "../../../nn/scope.js";
import type { Tensor } from "../../../tensor/tensor.js";
import { type Likelihood, likelihoodFor } from "../likelihood/index.js";
import type { DvaeConfig } from "./config.js";
import { decoder, encoder, gridOf } from "./networks.js";
import { quantiserFor } from "./quantisers/index.js";
import type { Quantiser } from "./quantisers/quantiser.js";

/** The parts that all programs of a discrete autoencoder share, whatever its quantiser. */
export interface Tokeniser {
  readonly quantiser: Quantiser;
  /** Rows and columns of the grid of codes. */
  readonly grid: Side;
  /** [B, C, H, W] → the quantiser's input [B, …, h, w] */
  encode(scope: Scope, pixelsUnit: Tensor): Tensor;
  /** p(x|z): vectors of codes [N, D, h, w] → the distribution of images */
  likelihood(scope: Scope, vectors: Tensor): Likelihood;
}

/** @throws ConfigError when the configuration and the data do not fit */
export function tokeniserOf(config: DvaeConfig, data: DataTraits): Tokeniser {
  const quantiser = quantiserFor(config);
  const pixels = likelihoodFor("dvae", config, data);
  const image = { ...data, channels: pixels.channels };
  return {
    quantiser,
    grid: gridOf(config, data),
    encode: (scope, pixelsUnit) => encoder(scope.child("encoder"), pixelsUnit, config, quantiser),
    likelihood(scope, vectors) {
      const own = scope.child("decoder");
      return pixels.read(own, decoder(own, vectors, config, image));
    },
  };
}

/** Number of tokens of an image. */
export const tokenCount = ({ grid: [rows, columns] }: Pick<Tokeniser, "grid">): number =>
  rows * columns;
