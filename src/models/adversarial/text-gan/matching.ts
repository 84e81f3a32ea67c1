import {
  add,
  cast,
  div,
  greater,
  mul,
  sqrt,
  square,
  sub,
  where,
} from "../../../tensor/ops/elementwise.js";
import { matmul } from "../../../tensor/ops/linear.js";
import { stack } from "../../../tensor/ops/rearrange.js";
import { logSumExp, max, sum } from "../../../tensor/ops/reduction.js";
import type { Tensor } from "../../../tensor/tensor.js";

/** Sharpens cosines, which lie in [−1, 1]. */
const SHARPNESS = 10;
const EPS = 1e-8;
const NEVER = -1e9;

/** What the discriminator sees of images, as captions are matched with it. */
export interface Description {
  /** [B, E] compared with captions as those of real images */
  readonly real: Tensor;
  /** [B, E] compared with captions as those of drawn images */
  readonly drawn: Tensor;
}

/** How well images find their captions. */
export interface Matching {
  /** [B] nats: −log p(real, own caption | image) among the captions, each as of a real or a drawn image */
  readonly asReal: Tensor;
  /** [B] nats: −log p(drawn, own caption | image) */
  readonly asDrawn: Tensor;
  /** [B] 1 where, among captions of real images, the own one is the likeliest */
  readonly hits: Tensor;
}

/** More captions for the images to be told from their own. */
export interface Others {
  /** [B, E] one for each image */
  readonly captions: Tensor;
  /** float32 [B] 1 where it is there */
  readonly exist: Tensor;
}

/**
 * The matching loss between images and whole captions: the cross-entropy of an image's own caption
 * among those of the batch and others, by the cosine of their features. Other images' captions that read
 * the same are left out. Each caption stands twice, as that of a real and of a drawn image, so that the
 * discriminator learns to see through a drawn image that only has the marks of its caption.
 *
 * @param images    of B images
 * @param captions  [B, E]
 * @param same      bool [B, B] which captions read the same
 * @source Xu et al. 2018, arXiv:1711.10485, equations 12 and 13, in one direction; Zhang et al. 2021,
 *         arXiv:2101.04702, equation 5; each twice: Hou et al. 2022, arXiv:2107.10060, section 4
 */
export function matching(
  images: Description,
  captions: Tensor,
  same: Tensor,
  more: readonly Others[] = [],
): Matching {
  const real = logitsOf(images.real, captions, same, more);
  const drawn = logitsOf(images.drawn, captions, same, more);
  const all = logSumExp(stack([real.own, real.others, drawn.own, drawn.others], 1), 1);
  return {
    asReal: sub(all, real.own),
    asDrawn: sub(all, drawn.own),
    hits: cast(greater(real.own, real.best), "float32"),
  };
}

/** [B] each: the logit of the own caption, the log-sum and the largest of those of others. */
function logitsOf(
  images: Tensor,
  captions: Tensor,
  same: Tensor,
  more: readonly Others[],
): Record<"own" | "others" | "best", Tensor> {
  const seen = unitLength(images);
  const logitTo = (caption: Tensor) => mul(sum(mul(seen, unitLength(caption)), 1), SHARPNESS);
  const cosines = matmul(seen, unitLength(captions), { transposeB: true });
  const ofBatch = where(same, NEVER, mul(cosines, SHARPNESS));
  const ofMore = more.map(({ captions: each, exist }) =>
    where(greater(exist, 0), logitTo(each), NEVER),
  );
  return {
    own: logitTo(captions),
    others: logSumExp(stack([logSumExp(ofBatch, 1), ...ofMore], 1), 1),
    best: max(stack([max(ofBatch, 1), ...ofMore], 1), 1),
  };
}

/** [B, E] each row at length 1 */
const unitLength = (rows: Tensor): Tensor => div(rows, sqrt(add(sum(square(rows), 1, true), EPS)));
