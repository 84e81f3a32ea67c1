import type { Capabilities } from "../../core/capability.js";
import type { Model } from "../../core/model.js";
import type { Scope } from "../../nn/scope.js";
import { stack } from "../../tensor/ops/rearrange.js";
import type { Tensor } from "../../tensor/tensor.js";
import type { Network } from "./network.js";
import { type Output, squaredError } from "./output.js";
import { RANDOM_CODES, randomCodes } from "./random-codes.js";

/** What an autoencoder is made of. */
export interface AutoencoderSetup {
  readonly network: Network;
  readonly output: Output;
  /** Length of a code. */
  readonly latent: number;
  /** The code of the encoder's output: [B, Z] → [B, Z]; the output itself by default. */
  readonly activate?: (code: Tensor) => Tensor;
}

/** The programs of an autoencoder, which its steps and its capabilities share. */
export interface Autoencoder extends AutoencoderSetup {
  /** [B, C, H, W] → [B, Z] */
  encode(root: Scope, pixelsUnit: Tensor): Tensor;
  /** [B, Z] → [B, C, H, W] in [0, 1] */
  decode(root: Scope, code: Tensor): Tensor;
  /** [B, C, H, W] in [0, 1] → the same */
  reconstruct(root: Scope, pixelsUnit: Tensor): Tensor;
}

export function autoencoderOf(setup: AutoencoderSetup): Autoencoder {
  const { network, output, activate = (code: Tensor) => code } = setup;
  const encode = (root: Scope, pixelsUnit: Tensor) => activate(network.encode(root, pixelsUnit));
  const decode = (root: Scope, code: Tensor) => output.render(network.decode(root, code));
  return {
    ...setup,
    activate,
    encode,
    decode,
    reconstruct: (root, pixelsUnit) => decode(root, encode(root, pixelsUnit)),
  };
}

/** What every autoencoder can do. */
export function capabilitiesOf(autoencoder: Autoencoder) {
  const { latent, activate = (code: Tensor) => code } = autoencoder;
  return {
    sample: (scope, count, { temperature }) =>
      autoencoder.decode(scope, activate(randomCodes(scope, count, latent, temperature))),
    encode: (scope, pixelsUnit) => autoencoder.encode(scope, pixelsUnit),
    decode: {
      codeLength: latent,
      trace: (scope, codes) => autoencoder.decode(scope, codes),
    },
    reconstruct: (scope, pixelsUnit) => autoencoder.reconstruct(scope, pixelsUnit),
  } satisfies Capabilities;
}

/** What every autoencoder is judged by and shown as: each image beside its reconstruction. */
export function inspectionOf({
  reconstruct,
}: Autoencoder): Required<Pick<Model, "validate" | "preview" | "sampling">> {
  return {
    validate: {
      metric: "squaredError",
      better: "lower",
      trace: (scope, { pixelsUnit }) => squaredError(reconstruct(scope, pixelsUnit), pixelsUnit),
    },
    preview: {
      trace: (scope, { pixelsUnit }) => stack([pixelsUnit, reconstruct(scope, pixelsUnit)], 1),
    },
    sampling: RANDOM_CODES,
  };
}
