import { ConfigError } from "../../../core/errors.js";
import { broadcastTo, concat, expandDims, reshape } from "../../../tensor/ops/rearrange.js";
import { divideDims, productOfDims } from "../../../tensor/shape.js";
import type { Tensor } from "../../../tensor/tensor.js";

/**
 * Packs images, so that the discriminator judges several at once and sees how varied they are: each
 * pack's images lie behind each other as channels.
 *
 * @param images  [B, C, H, W]; a symbolic batch, which is traced only for its variables, is packed with
 *                itself
 * @param degree  m, images per pack
 * @returns       [B / m, m·C, H, W]
 * @throws ConfigError when the packs do not divide the batch
 * @source Lin et al. 2018, arXiv:1712.04086, section 2
 */
export function pack(images: Tensor, degree: number): Tensor {
  if (degree === 1) return images;
  const [batch, channels, ...size] = images.shape;
  if (typeof batch !== "number") return concat(new Array<Tensor>(degree).fill(images), 1);
  if (batch % degree !== 0) {
    throw new ConfigError(
      `packs of ${degree} images do not divide a batch of ${batch}; take a batch size that is a multiple of ${degree}`,
    );
  }
  return reshape(images, [batch / degree, productOfDims([channels, degree]), ...size]);
}

/**
 * Gives each image of a batch the value of its group of consecutive images, such as a pack's loss.
 *
 * @param values  [B / m]
 * @param images  [B, …]
 * @returns       [B]
 */
export function forEachImage(values: Tensor, images: Tensor): Tensor {
  const times = divideDims(images.shape[0], values.shape[0]);
  if (times === 1 || times === undefined) return values;
  return reshape(broadcastTo(expandDims(values, 1), [values.shape[0], times]), [images.shape[0]]);
}
